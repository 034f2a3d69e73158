import { z } from "zod";
import { type Section, sections } from "../read.js";
import { NAME, SECRET_NAME } from "../schema/fields.js";
import { RULE_ID, reason, URN } from "../schema/review.js";
import { SECTIONS } from "../sections.js";

/** As much of JSON Schema (draft 7, which every editor knows) as we write. */
export interface JsonSchema {
  [keyword: string]: unknown;
  title?: string;
  description?: string;
  type?: string | string[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  additionalProperties?: JsonSchema | boolean;
}

/** What each section is, in a sentence. */
export const SECTION_TEXT: Record<(typeof SECTIONS)[number], string> = {
  clouds: "Places in a cloud where machines are made: a region, its VPC, project and keys.",
  machines: "Hosts that run things.",
  images: "Container images that are built on the machine, or pulled.",
  agents: "The agents, each in its own container, with its own network, volumes and limits.",
  edge: "Reverse proxies: one a machine, which serves each agent by its host name.",
  services: "What a machine runs beside agents.",
  dns: "DNS zones. What an edge serves below one of their domains gets its records by itself.",
  backups: "Backups of what agents and services hold: one a machine.",
  shared: "Other stacks whose outputs this one uses.",
  retained:
    "What is kept of agents that were removed. Written by `./fleet agent remove`; `./fleet agent add` takes it up again.",
  policies: "How rules of the policy pack are taken in this stack, each by its id. Makes no resources.",
  acknowledged:
    "Data that may be lost: what holds it, by URN, and why. `./fleet up` loses no other. Makes no resources.",
  secrets: "Every secret value by name, encrypted. Everything else refers to one as `{ secret: <name> }`.",
};

/** The JSON Schema of one entry of a section. */
export const entrySchema = (section: Section): JsonSchema => schemaOf(sections[section]);

function schemaOf(type: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: "input", target: "draft-7", unrepresentable: "any" });
  return schema as JsonSchema;
}

/** What a section's keys have to look like, and what is behind each. */
function entriesOf(section: (typeof SECTIONS)[number]): { names: RegExp; entry: JsonSchema } {
  switch (section) {
    case "secrets":
      return { names: SECRET_NAME, entry: secretSchema };
    case "acknowledged":
      return { names: URN, entry: schemaOf(reason()) };
    default:
      return { names: section === "policies" ? RULE_ID : NAME, entry: entrySchema(section) };
  }
}

/** A whole `Pulumi.<stack>.yaml`, for editors: JSON Schema, draft 7. What one entry means to another it cannot say: `./fleet check` does. */
export function jsonSchema(projectName = "fleet"): JsonSchema {
  const definitions: Record<string, JsonSchema> = {};
  const config: Record<string, JsonSchema> = {};
  for (const section of SECTIONS) {
    const { names, entry } = entriesOf(section);
    definitions[section] = {
      description: SECTION_TEXT[section],
      type: ["object", "null"],
      propertyNames: { pattern: names.source },
      additionalProperties: entry,
    };
    // Pulumi reads a key without a namespace as the project's own.
    for (const key of [`${projectName}:${section}`, section]) config[key] = { $ref: `#/definitions/${section}` };
  }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack config of a fleet",
    type: "object",
    additionalProperties: false,
    properties: {
      config: {
        description: "The stack's config: the fleet, and settings of providers.",
        type: ["object", "null"],
        properties: config,
        patternProperties: { [`^(?!${projectName}:)[^:]+:.+$`]: {} },
        additionalProperties: false,
      },
      encryptionsalt: { type: "string", description: "Pulumi's own: belongs to the passphrase." },
      secretsprovider: { type: "string", description: "Pulumi's own: what encrypts secrets." },
      encryptedkey: { type: "string", description: "Pulumi's own: belongs to the secrets provider." },
      environment: { description: "Pulumi's own: environments to import." },
    },
    definitions,
  };
}

/** Nothing behind a name: declared, and still to be set. */
const secretSchema: JsonSchema = {
  type: ["object", "null"],
  properties: {
    secure: {
      type: "string",
      minLength: 1,
      description: "The encrypted value, from `./fleet secret set <stack> <name>`.",
    },
  },
  required: ["secure"],
  additionalProperties: false,
};
