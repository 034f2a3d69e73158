// What Traefik can be told, by the reference of its documentation for version 3.7: "Install Configuration" for what it reads when
// it starts, "Routing Configuration" for routes in files and in the labels of containers. As far as a proxy for HTTP goes: without metrics,
// tracing, plugins, and providers other than Docker and files. Like Traefik itself, it knows no other key.
import { z } from "zod";

const duration = z.string().regex(/^(\d+(ns|us|ms|s|m|h))+$/);
const names = z.array(z.string().min(1));
const mode = z.enum(["keep", "drop"]);

/** `[host]:port[/protocol]`. */
const address = z.string().regex(/^[^/:]*:\d{1,5}(\/(tcp|udp))?$/);

const domains = z.array(z.strictObject({ main: z.string(), sans: names.optional() }));

const entryPoint = z.strictObject({
  address,
  asDefault: z.boolean().optional(),
  allowACMEByPass: z.boolean().optional(),
  reusePort: z.boolean().optional(),
  forwardedHeaders: z
    .strictObject({
      insecure: z.boolean(),
      trustedIPs: names,
      connection: names,
      notAppendXForwardedFor: z.boolean(),
    })
    .partial()
    .optional(),
  proxyProtocol: z.strictObject({ insecure: z.boolean(), trustedIPs: names }).partial().optional(),
  http: z
    .strictObject({
      redirections: z.strictObject({
        entryPoint: z.strictObject({
          // An entry point's name, or a port.
          to: z.string().regex(/^(:\d{1,5}|[A-Za-z0-9_-]+)$/),
          scheme: z.enum(["http", "https"]).optional(),
          permanent: z.boolean().optional(),
          priority: z.int().optional(),
        }),
      }),
      middlewares: names,
      tls: z.strictObject({ options: z.string(), certResolver: z.string(), domains }).partial(),
      encodeQuerySemicolons: z.boolean(),
      sanitizePath: z.boolean(),
      maxHeaderBytes: z.int(),
      underscoreHeadersStrategy: z.enum(["keep", "delete", "reject"]),
    })
    .partial()
    .optional(),
  http2: z
    .strictObject({
      maxConcurrentStreams: z.int(),
      maxDecoderHeaderTableSize: z.int(),
      maxEncoderHeaderTableSize: z.int(),
    })
    .partial()
    .optional(),
  http3: z.strictObject({ advertisedPort: z.int().optional() }).optional(),
  observability: z
    .strictObject({ accessLogs: z.boolean(), metrics: z.boolean(), tracing: z.boolean() })
    .partial()
    .optional(),
  transport: z
    .strictObject({
      respondingTimeouts: z
        .strictObject({ readTimeout: duration, writeTimeout: duration, idleTimeout: duration })
        .partial(),
      lifeCycle: z.strictObject({ graceTimeOut: duration, requestAcceptGraceTimeout: duration }).partial(),
      keepAliveMaxRequests: z.int(),
      keepAliveMaxTime: duration,
    })
    .partial()
    .optional(),
  udp: z.strictObject({ timeout: duration.optional() }).optional(),
});

const acme = z
  .strictObject({
    email: z.email(),
    caServer: z.url().optional(),
    preferredChain: z.string().optional(),
    keyType: z.enum(["EC256", "EC384", "RSA2048", "RSA4096", "RSA8192"]).optional(),
    certificatesDuration: z.int().optional(),
    eab: z.strictObject({ kid: z.string(), hmacEncoded: z.string() }).optional(),
    storage: z.string().startsWith("/"),
    httpChallenge: z.strictObject({ entryPoint: z.string(), delay: duration.optional() }).optional(),
    tlsChallenge: z.strictObject({ delay: duration.optional() }).optional(),
    dnsChallenge: z.strictObject({ provider: z.string(), resolvers: names.optional() }).optional(),
  })
  .refine(({ httpChallenge, tlsChallenge, dnsChallenge }) => httpChallenge ?? tlsChallenge ?? dnsChallenge, {
    error: "needs a challenge",
  });

/** Fields of the access log. */
const logField = z.enum([
  "StartUTC",
  "StartLocal",
  "Duration",
  "RouterName",
  "ServiceName",
  "ServiceURL",
  "ServiceAddr",
  "ClientAddr",
  "ClientHost",
  "ClientPort",
  "ClientUsername",
  "RequestAddr",
  "RequestHost",
  "RequestPort",
  "RequestMethod",
  "RequestPath",
  "RequestProtocol",
  "RequestScheme",
  "RequestLine",
  "RequestContentSize",
  "OriginDuration",
  "OriginContentSize",
  "OriginStatus",
  "OriginStatusLine",
  "DownstreamStatus",
  "DownstreamStatusLine",
  "DownstreamContentSize",
  "RequestCount",
  "GzipRatio",
  "Overhead",
  "RetryAttempts",
  "TLSVersion",
  "TLSCipher",
  "TLSClientSubject",
]);

/** The static configuration. */
export const staticConfig = z
  .strictObject({
    global: z.strictObject({ checkNewVersion: z.boolean(), sendAnonymousUsage: z.boolean() }).partial().optional(),
    log: z
      .strictObject({
        level: z.enum(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "PANIC"]),
        format: z.enum(["common", "json"]),
        filePath: z.string(),
        noColor: z.boolean(),
        maxSize: z.int(),
        maxAge: z.int(),
        maxBackups: z.int(),
        compress: z.boolean(),
      })
      .partial()
      .optional(),
    accessLog: z
      .strictObject({
        filePath: z.string(),
        format: z.enum(["common", "genericCLF", "json"]),
        bufferingSize: z.int(),
        addInternals: z.boolean(),
        filters: z.strictObject({ statusCodes: names, retryAttempts: z.boolean(), minDuration: duration }).partial(),
        fields: z
          .strictObject({
            defaultMode: mode,
            names: z.partialRecord(logField, mode),
            headers: z
              .strictObject({
                defaultMode: z.enum(["keep", "drop", "redact"]),
                names: z.record(z.string(), z.enum(["keep", "drop", "redact"])),
              })
              .partial(),
          })
          .partial(),
      })
      .partial()
      .optional(),
    api: z
      .strictObject({
        basePath: z.string(),
        insecure: z.boolean(),
        dashboard: z.boolean(),
        debug: z.boolean(),
        disableDashboardAd: z.boolean(),
        dashboardName: z.string(),
      })
      .partial()
      .optional(),
    ping: z
      .strictObject({ entryPoint: z.string(), manualRouting: z.boolean(), terminatingStatusCode: z.int() })
      .partial()
      .optional(),
    entryPoints: z.record(z.string(), entryPoint),
    serversTransport: z
      .strictObject({
        insecureSkipVerify: z.boolean(),
        rootCAs: names,
        maxIdleConnsPerHost: z.int(),
        forwardingTimeouts: z
          .strictObject({ dialTimeout: duration, responseHeaderTimeout: duration, idleConnTimeout: duration })
          .partial(),
      })
      .partial()
      .optional(),
    providers: z
      .strictObject({
        providersThrottleDuration: duration,
        docker: z.strictObject({
          endpoint: z.string().regex(/^(tcp|unix|http|https):\/\/\S+$/),
          username: z.string().optional(),
          password: z.string().optional(),
          useBindPortIP: z.boolean().optional(),
          exposedByDefault: z.boolean().optional(),
          network: z.string().optional(),
          defaultRule: z.string().optional(),
          httpClientTimeout: duration.optional(),
          watch: z.boolean().optional(),
          constraints: z.string().optional(),
          allowEmptyServices: z.boolean().optional(),
        }),
        file: z
          .strictObject({
            filename: z.string(),
            directory: z.string(),
            watch: z.boolean(),
            debugLogGeneratedTemplate: z.boolean(),
          })
          .partial(),
      })
      .partial(),
    certificatesResolvers: z.record(z.string(), z.strictObject({ acme })).optional(),
  })
  .superRefine(({ entryPoints, ping, certificatesResolvers = {} }, context) => {
    const used = [
      ping?.entryPoint,
      ...Object.values(certificatesResolvers).map(({ acme }) => acme.httpChallenge?.entryPoint),
      ...Object.values(entryPoints).map(({ http }) => http?.redirections?.entryPoint.to),
    ];
    for (const name of used) {
      if (name === undefined || name.startsWith(":") || name in entryPoints) continue;
      context.addIssue({ code: "custom", message: `there is no entry point ${name}` });
    }
    for (const { http } of Object.values(entryPoints)) {
      const resolver = http?.tls?.certResolver;
      if (resolver !== undefined && !(resolver in certificatesResolvers))
        context.addIssue({ code: "custom", message: `there is no resolver ${resolver}` });
    }
  });

const rule = z.string().regex(/^Host\(`[a-z0-9.-]+`\)$/);

/** Dynamic configuration in a file. Traefik takes no section that is there and empty. */
export const routes = z.strictObject({
  http: z.strictObject({
    routers: z
      .record(
        z.string(),
        z.strictObject({
          rule,
          entryPoints: names.optional(),
          middlewares: names.optional(),
          service: z.string(),
          priority: z.int().optional(),
          tls: z.strictObject({ options: z.string(), certResolver: z.string(), domains }).partial().optional(),
        }),
      )
      .refine((routers) => Object.keys(routers).length > 0),
    services: z
      .record(
        z.string(),
        z.strictObject({
          loadBalancer: z.strictObject({
            servers: z.array(z.strictObject({ url: z.url(), weight: z.int().optional() })).min(1),
            passHostHeader: z.boolean().optional(),
            serversTransport: z.string().optional(),
            responseForwarding: z.strictObject({ flushInterval: duration }).optional(),
          }),
        }),
      )
      .refine((services) => Object.keys(services).length > 0),
  }),
});

const router = "traefik\\.http\\.routers\\.[A-Za-z0-9_-]+\\.";
const service = "traefik\\.http\\.services\\.[A-Za-z0-9_-]+\\.loadbalancer\\.";
const flag = z.enum(["true", "false"]);

/** Labels of a container by what their names look like. */
const LABELS: [RegExp, z.ZodType][] = [
  [/^traefik\.enable$/, flag],
  [/^traefik\.docker\.network$/, z.string().min(2)],
  [/^traefik\.docker\.allownonrunning$/, flag],
  [new RegExp(`^${router}rule$`), rule],
  [new RegExp(`^${router}(entrypoints|middlewares|service)$`), z.string().min(1)],
  [new RegExp(`^${router}(priority)$`), z.string().regex(/^\d+$/)],
  [new RegExp(`^${router}tls$`), flag],
  [new RegExp(`^${router}tls\\.(certresolver|options)$`), z.string().min(1)],
  [new RegExp(`^${service}server\\.port$`), z.string().regex(/^\d{1,5}$/)],
  [new RegExp(`^${service}server\\.scheme$`), z.enum(["http", "https", "h2c"])],
  [new RegExp(`^${service}passhostheader$`), flag],
  [new RegExp(`^${service}responseforwarding\\.flushinterval$`), duration],
];

/** What is wrong with a container's labels: names that Traefik does not know, and values that it does not take. */
export function labelFaults(labels: Record<string, string>): string[] {
  return Object.entries(labels).flatMap(([name, value]) => {
    const known = LABELS.find(([pattern]) => pattern.test(name));
    if (!known) return [`unknown label ${name}`];
    return known[1].safeParse(value).success ? [] : [`${name} cannot be ${value}`];
  });
}
