export const ALGORITHMS = ["RSA", "ECDSA", "ED25519"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** The curve names of the schema, as OpenSSL and as OpenSSH call them. OpenSSH knows no P-224. */
export const CURVES = {
  P224: { openssl: "secp224r1", ssh: undefined, jwk: undefined },
  P256: { openssl: "prime256v1", ssh: "nistp256", jwk: "P-256" },
  P384: { openssl: "secp384r1", ssh: "nistp384", jwk: "P-384" },
  P521: { openssl: "secp521r1", ssh: "nistp521", jwk: "P-521" },
} as const;
export type Curve = keyof typeof CURVES;

/** Key usage bits (RFC 5280, 4.2.1.3): the schema's word and the bit's number. */
export const KEY_USAGES: Record<string, number> = {
  digital_signature: 0,
  content_commitment: 1,
  key_encipherment: 2,
  data_encipherment: 3,
  key_agreement: 4,
  cert_signing: 5,
  crl_signing: 6,
  encipher_only: 7,
  decipher_only: 8,
};

/** Extended key usages (RFC 5280, 4.2.1.12, and vendors' own): the schema's word and the object identifier. */
export const EXTENDED_KEY_USAGES: Record<string, string> = {
  any_extended: "2.5.29.37.0",
  server_auth: "1.3.6.1.5.5.7.3.1",
  client_auth: "1.3.6.1.5.5.7.3.2",
  code_signing: "1.3.6.1.5.5.7.3.3",
  email_protection: "1.3.6.1.5.5.7.3.4",
  ipsec_end_system: "1.3.6.1.5.5.7.3.5",
  ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
  ipsec_user: "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  ocsp_signing: "1.3.6.1.5.5.7.3.9",
  microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
  microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};

export const USAGES: readonly string[] = [...Object.keys(KEY_USAGES), ...Object.keys(EXTENDED_KEY_USAGES)].sort();
