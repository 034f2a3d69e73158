/** Hours of a month, as the vendors reckon. */
export const HOURS = 730;

/** Where a vendor's prices are from. */
export interface Source {
  vendor: string;
  /** The vendor's public page. */
  pages: string[];
  /** Day of the newest copy of these pages that was compared, `2026-05-29`. */
  date: string;
}

/**
 * Prices in US dollars, pay as you go, without taxes. They were put together from stored copies of these pages, and not every one stood in
 * a copy of that day: docs/cost.md says which, and how they are brought up to date.
 */
export const SOURCES: Source[] = [
  {
    vendor: "DigitalOcean",
    pages: [
      "Droplet Pricing, docs.digitalocean.com/products/droplets/details/pricing",
      "Backups Pricing, docs.digitalocean.com/products/backups/details/pricing",
      "Pricing, www.digitalocean.com/pricing",
    ],
    date: "2026-05-29",
  },
  {
    vendor: "Google Cloud",
    pages: [
      "VM instance pricing, cloud.google.com/compute/vm-instance-pricing",
      "Disk pricing, cloud.google.com/compute/disks-image-pricing",
      "Network pricing, cloud.google.com/vpc/network-pricing",
    ],
    date: "2026-08-03",
  },
  {
    vendor: "Azure",
    pages: [
      "Linux Virtual Machines Pricing, azure.microsoft.com/pricing/details/virtual-machines/linux",
      "Managed Disks pricing, azure.microsoft.com/pricing/details/managed-disks",
      "Azure Database for PostgreSQL pricing, azure.microsoft.com/pricing/details/postgresql/flexible-server",
    ],
    date: "2026-06-18",
  },
  { vendor: "Cloudflare", pages: ["Plans, www.cloudflare.com/plans"], date: "2026-06-18" },
];

/** The oldest of these days. */
export const PRICES_DATE: string = SOURCES.map(({ date }) => date).sort()[0]!;
