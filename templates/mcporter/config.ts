/** An MCP server that mcporter calls over HTTP. */
export interface McpServer {
  url: string;
  headers?: Record<string, string>;
}

/** mcporter.json: these servers, and none that other programs' configurations name. */
export function mcporterConfig(servers: Record<string, McpServer>): string {
  const mcpServers = Object.fromEntries(
    Object.entries(servers).map(([name, { url, headers }]) => [name, { baseUrl: url, ...(headers && { headers }) }]),
  );
  return `${JSON.stringify({ mcpServers, imports: [] }, null, 2)}\n`;
}
