/**
 * A health check that asks a port of the container over HTTP and wants a status from 200 to 399. It uses what the image has:
 * curl, wget, Node.js, or bash, in this order. In Docker's form: the shell's command line after `CMD-SHELL`.
 */
export function httpHealthCheck(port: number, path: string): string[] {
  const url = shellQuote(`http://127.0.0.1:${port}${path}`);
  const node = `fetch(process.argv[1],{redirect:"manual"}).then(r=>process.exit(r.status<400?0:1)).catch(()=>process.exit(1))`;
  const request = shellQuote(`GET ${path} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
  const bash = `exec 3<>/dev/tcp/127.0.0.1/${port} && printf %s ${request} >&3 && head -n 1 <&3 | grep -q " [23][0-9][0-9] "`;
  return [
    "CMD-SHELL",
    [
      `if command -v curl >/dev/null; then curl -fsS -o /dev/null ${url}`,
      `elif command -v wget >/dev/null; then wget -q -O /dev/null ${url}`,
      `elif command -v node >/dev/null; then node -e ${shellQuote(node)} ${url}`,
      `else bash -c ${shellQuote(bash)}`,
      "fi",
    ].join("; "),
  ];
}

/** A health check that only opens a TCP connection to a port of the container, with bash or, where that is missing, nc. */
export function tcpHealthCheck(port: number): string[] {
  const bash = `exec 3<>/dev/tcp/127.0.0.1/${port}`;
  return [
    "CMD-SHELL",
    `if command -v bash >/dev/null; then bash -c ${shellQuote(bash)}; else nc -z 127.0.0.1 ${port}; fi`,
  ];
}

const shellQuote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
