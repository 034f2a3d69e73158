/** How a PA's files on the host are checked before they are put in place, and what its container does about new ones. */
export interface PaHost {
  /** Name of the container. */
  container: string;
  /** Folder of the host that the container has as its state folder. */
  data: string;
  /** The same folder in the container. */
  stateDir: string;
  port: number;
}

/** An image that a container is to have, and what starts OpenClaw's command line in it. */
export interface PaImage {
  /** `sha256:…` */
  id: string;
  program: string[];
  /** `<uid>:<gid>` of the container. */
  user: string;
  /** See `ConfigFormat`. */
  migrate?: string[];
}

/**
 * Shell lines that fail if the gateway could not start with the draft of openclaw.json, which lies below `$1`. OpenClaw itself reads it,
 * in a container without a network.
 *
 * @param validate arguments that make it exit with 0 only for a file that can be read.
 */
export function checkConfig(
  { data }: Pick<PaHost, "data">,
  { id, program }: Pick<PaImage, "id" | "program">,
  validate: string[],
): string {
  const run = [
    "docker run --rm --network none --user 0:0",
    "-e HOME=/tmp -e OPENCLAW_STATE_DIR=/tmp/state -e OPENCLAW_CONFIG_PATH=/tmp/openclaw.json",
    `-v "$1"${quoted(`${data}/openclaw.json`)}:/tmp/openclaw.json:ro`,
    [id, ...program, ...validate].map(quoted).join(" "),
  ].join(" ");
  return `# OpenClaw reads its new configuration\n${run}`;
}

/**
 * Shell lines that see to it that a container has taken up its files. The gateway watches openclaw.json and takes a change up by
 * itself, a token with it; .env it reads when it starts. Ends once the gateway takes the token that stands in openclaw.json.
 * A container of another image is not waited for: it is about to be made anew. Its data is made ready for the image meanwhile.
 */
export function takeUp(host: PaHost, image: PaImage, waitSeconds: number): string {
  const { container, data, stateDir, port } = host;
  const name = quoted(container);
  const probe =
    `const {token}=JSON.parse(require("fs").readFileSync(${JSON.stringify(`${stateDir}/openclaw.json`)},"utf8")).gateway.auth;` +
    `fetch("http://127.0.0.1:${port}/tools/invoke",{method:"POST",headers:{authorization:"Bearer "+token,"content-type":"application/json"},` +
    `body:JSON.stringify({tool:"sessions_list",args:{}})})` +
    ".then(({status})=>process.exit(status===401||status>=500?1:0),()=>process.exit(1))";
  return [
    `# ${container} takes up its new files`,
    `state=$(docker container inspect -f '{{.Image}} {{.State.Running}} {{.State.StartedAt}}' ${name} 2>/dev/null) || state=none`,
    `if [ "\${state%% *}" != ${quoted(image.id)} ]; then`,
    ...(image.migrate ? migrated(host, image, image.migrate) : []),
    "  exit 0",
    "fi",
    `state=\${state#* }`,
    `[ "\${state%% *}" = true ] || exit 0`,
    // To the second: a file written in the second of the start counts as newer.
    `if [ "$(stat -c %Y ${quoted(`${data}/.env`)})" -ge "$(date -d "\${state#* }" +%s)" ]; then docker restart ${name} >/dev/null; fi`,
    "tries=0",
    // The token is read from the file inside: it stands in no process list.
    `until docker exec ${name} node -e '${probe}' 2>/dev/null; do`,
    `  tries=$((tries + 1))`,
    `  if [ $tries -ge ${waitSeconds} ]; then echo ${quoted(`${container} has not taken up its new configuration after ${waitSeconds} s`)} >&2; exit 1; fi`,
    "  sleep 1",
    "done",
  ].join("\n");
}

/** Before a first start too: it fetches the plugins that the configuration needs. Nobody may use the data meanwhile. If it fails, the gateway of before goes on. */
function migrated({ container, data, stateDir }: PaHost, { id, program, user }: PaImage, migrate: string[]): string[] {
  const run = [
    `docker run --rm --network host --user ${quoted(user)} -v ${quoted(`${data}:${stateDir}`)}`,
    [id, ...program, ...migrate].map(quoted).join(" "),
  ].join(" ");
  return [
    `  [ "$state" = none ] || docker stop ${quoted(container)} >/dev/null`,
    `  ${run} || { code=$?; [ "$state" = none ] || docker start ${quoted(container)} >/dev/null; exit $code; }`,
  ];
}

const quoted = (word: string) => (/^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
