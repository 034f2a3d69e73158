// A process that asks a daemon for its version, as the scripts of commands do: by its environment.
import { connect } from "../../../templates/containers/connect.mjs";

const { Version } = await connect().docker.version();
console.log(Version);
