import { ProviderError, type ProviderFactory } from "../../provider.js";
import type { PropertyMap } from "../../values.js";
import { type Invoke, LocalProvider } from "../shared/local-provider.js";
import { certRequestResource, locallySignedCertResource, selfSignedCertResource } from "./certificates.js";
import { getPublicKey } from "./get-public-key.js";
import { privateKeyResource } from "./keys.js";

/** Late: it needs the ASN.1 library. */
const getCertificate: Invoke = async (args, fail) => (await import("./get-certificate.js")).getCertificate(args, fail);

class TlsProvider extends LocalProvider {
  override async configure(args: PropertyMap): Promise<void> {
    if (args.proxy === undefined || args.proxy === null) return;
    throw new ProviderError(
      "tls: proxy is not supported by this engine",
      "remove tls:proxy; only getCertificate uses it",
    );
  }
}

/** Keys and certificates: types, inputs, outputs and ids as `@pulumi/tls` 5.5. */
export const tlsProvider: ProviderFactory = () =>
  new TlsProvider(
    "tls",
    {
      "tls:index/certRequest:CertRequest": certRequestResource,
      "tls:index/locallySignedCert:LocallySignedCert": locallySignedCertResource,
      "tls:index/privateKey:PrivateKey": privateKeyResource,
      "tls:index/selfSignedCert:SelfSignedCert": selfSignedCertResource,
    },
    {
      "tls:index/getCertificate:getCertificate": getCertificate,
      "tls:index/getPublicKey:getPublicKey": getPublicKey,
    },
  );
