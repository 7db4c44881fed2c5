import * as z from 'zod';
import { clean } from '../../domain/clean.ts';

/** The API of a storage node's console, as read in storj/storj (storagenode/console) and its recordings. */

/** More satellites than there ever were. */
export const maxSatellites = 64;
const maxDays = 62;

const shortText = z.string().transform((text) => clean(text, 80));
/** What is of another type is not known; numbers are checked where they are read. */
const unchecked = z.unknown().optional();

/** The entries that have the shape, of a list that may be null. */
export function listOf<Item extends z.ZodType>(item: Item, most: number) {
	return z
		.array(z.unknown())
		.nullish()
		.catch(undefined)
		.transform((list) =>
			(list ?? []).slice(0, most).flatMap((each): z.output<Item>[] => {
				const parsed = item.safeParse(each);
				return parsed.success ? [parsed.data] : [];
			}),
		);
}

const satelliteSchema = z.object({
	id: shortText,
	url: shortText.optional().catch(undefined),
	disqualified: unchecked,
	suspended: unchecked,
	vettedAt: unchecked,
	currentStorageUsed: unchecked,
});
export type WireSatellite = z.infer<typeof satelliteSchema>;

export const diskSpaceSchema = z.object({
	used: unchecked,
	available: unchecked,
	overused: unchecked,
	/** From 1.143.2 on; with it `used` and `available` have another meaning. */
	allocated: unchecked,
	trash: unchecked,
	reclaimable: unchecked,
});
export type WireDiskSpace = z.infer<typeof diskSpaceSchema>;

/** `GET /api/sno/`. */
export const dashboardSchema = z.object({
	nodeID: shortText,
	satellites: listOf(satelliteSchema, maxSatellites),
	// A node that cannot tell its space still has scores.
	diskSpace: diskSpaceSchema.partial().catch({}),
	lastPinged: unchecked,
	version: shortText.optional().catch(undefined),
	allowedVersion: shortText.optional().catch(undefined),
	upToDate: unchecked,
	startedAt: unchecked,
	quicStatus: shortText.optional().catch(undefined),
});
export type WireDashboard = z.infer<typeof dashboardSchema>;

const auditSchema = z.object({
	satelliteName: shortText,
	auditScore: unchecked,
	suspensionScore: unchecked,
	onlineScore: unchecked,
});
export type WireAudit = z.infer<typeof auditSchema>;

const storageDaySchema = z.object({
	intervalStart: z.string(),
	/** Byte-hours. */
	atRestTotal: unchecked,
	/** From 1.70 on: the mean over the interval. */
	atRestTotalBytes: unchecked,
	/** Since the report before; more than a day where reports were missing. */
	intervalInHours: unchecked,
	/** From 1.162 on: filled in by the node, not reported by the satellite. */
	calculated: unchecked,
});
export type WireStorageDay = z.infer<typeof storageDaySchema>;

/** `GET /api/sno/satellites`. */
export const satellitesSchema = z.object({
	storageDaily: listOf(storageDaySchema, maxDays),
	audits: listOf(auditSchema, maxSatellites),
});
export type WireSatellites = z.infer<typeof satellitesSchema>;

const monthSchema = z
	.object({
		egressBandwidth: unchecked,
		egressRepairAudit: unchecked,
		/** Byte-months of 720 hours. */
		diskSpace: unchecked,
		heldRate: unchecked,
		egressBandwidthPayout: unchecked,
		egressRepairAuditPayout: unchecked,
		diskSpacePayout: unchecked,
		payout: unchecked,
		held: unchecked,
	})
	.nullish()
	.catch(undefined);

/** `GET /api/sno/estimated-payout`, in cents. */
export const estimateSchema = z.object({
	currentMonth: monthSchema,
	previousMonth: monthSchema,
	currentMonthExpectations: unchecked,
});
export type WireEstimate = z.infer<typeof estimateSchema>;

const payoutSchema = z.object({
	satelliteID: shortText.optional(),
	satelliteURL: shortText.optional(),
	paid: unchecked,
	distributed: unchecked,
});

/** `GET /api/heldamount/payout-history/{YYYY-MM}`, in millionths of a dollar; `null` for a month without. */
export const payoutsSchema = listOf(payoutSchema, maxSatellites);
export type WirePayouts = z.infer<typeof payoutsSchema>;

const bandwidthDaySchema = z.object({
	intervalStart: z.string(),
	egress: z
		.object({ repair: unchecked, audit: unchecked, usage: unchecked })
		.optional()
		.catch(undefined),
});
export type WireBandwidthDay = z.infer<typeof bandwidthDaySchema>;

/** More audits than a window ever has. */
const auditCount = z.number().min(0).max(1e9);

const windowSchema = z.object({
	windowStart: z.string(),
	totalCount: auditCount,
	onlineCount: auditCount,
});
export type WireWindow = z.infer<typeof windowSchema>;

/** In cents per TB, and per TB and month. */
const priceModelSchema = z.object({
	EgressBandwidth: unchecked,
	RepairBandwidth: unchecked,
	AuditBandwidth: unchecked,
	DiskSpace: unchecked,
});

/** `GET /api/sno/satellites/{id}/pricing`: the same prices, spelled in another way. */
export const pricingSchema = z
	.object({
		egressBandwidth: unchecked,
		repairBandwidth: unchecked,
		auditBandwidth: unchecked,
		diskSpace: unchecked,
	})
	.transform((pricing) => ({
		EgressBandwidth: pricing.egressBandwidth,
		RepairBandwidth: pricing.repairBandwidth,
		AuditBandwidth: pricing.auditBandwidth,
		DiskSpace: pricing.diskSpace,
	}));

/** More 12-hour windows than 30 days have. */
const maxWindows = 90;

/** `GET /api/sno/satellite/{id}`. */
export const detailSchema = z.object({
	storageDaily: listOf(storageDaySchema, maxDays),
	bandwidthDaily: listOf(bandwidthDaySchema, maxDays),
	auditHistory: z
		.object({ windows: listOf(windowSchema, maxWindows) })
		.optional()
		.catch(undefined),
	priceModel: priceModelSchema.optional().catch(undefined),
	nodeJoinedAt: unchecked,
});
export type WireDetail = z.infer<typeof detailSchema>;

const notificationSchema = z.object({
	senderId: shortText,
	type: unchecked,
	title: z.string().transform((text) => clean(text, 120)),
	message: z.string().transform((text) => clean(text, 200)),
});
export type WireNotification = z.infer<typeof notificationSchema>;

/** `GET /api/notifications/list`. */
export const notificationsSchema = z.object({
	page: z
		.object({ notifications: listOf(notificationSchema, maxSatellites) })
		.transform(({ notifications }) => notifications),
});

const monthName = z.string().regex(/^\d{4}-\d\d$/);
/** Far more months than the network is old. */
const maxPeriods = 600;

/** `GET /api/heldamount/periods`: the months that a satellite has accounted for. */
export const periodsSchema = listOf(monthName, maxPeriods);

/** Three years of four satellites. */
const maxPaystubs = 160;
const paystubSchema = z.object({
	satelliteId: shortText,
	period: monthName,
	created: unchecked,
	/** Byte-hours; the others in bytes. */
	usageAtRest: unchecked,
	usageGet: unchecked,
	usageGetRepair: unchecked,
	usageGetAudit: unchecked,
	held: unchecked,
	owed: unchecked,
	disposed: unchecked,
	paid: unchecked,
	distributed: unchecked,
});
export type WirePaystub = z.infer<typeof paystubSchema>;

/** `GET /api/heldamount/paystubs/{from}/{to}`, in millionths of a dollar. */
export const paystubsSchema = listOf(paystubSchema, maxPaystubs);
export type WirePaystubs = z.infer<typeof paystubsSchema>;
