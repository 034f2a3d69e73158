/** Names of volumes that DigitalOcean takes: https://docs.digitalocean.com/reference/api/reference/block-storage/ */
const VOLUME_NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** What a machine's volume is called at DigitalOcean, where no name is given. Ours, so that no other stack's is taken for it. */
export const volumeName = (stack: string, machine: string, volume: string) => `${stack}-${machine}-${volume}`;

export const isVolumeName = (name: string) => VOLUME_NAME.test(name);
