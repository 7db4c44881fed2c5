import * as z from 'zod';

const check = { healthy: z.boolean(), message: z.string().optional() };

/** The health of a supervised process, in the form that `health --process --json` prints. */
export const healthReportSchema = z.object({
	healthy: z.boolean(),
	timestamp: z.string(),
	checks: z.object({
		process: z.object({ ...check, pid: z.int().optional() }),
		rpc_endpoint: z.object({ ...check, latency_ms: z.number().optional() }).optional(),
		peer_count: z
			.object({ ...check, peers: z.number().optional(), min_required: z.number() })
			.optional(),
		sync_status: z
			.object({
				...check,
				syncing: z.boolean(),
				current_block: z.number().optional(),
				highest_block: z.number().optional(),
			})
			.optional(),
		disk: z.object({ ...check, available_bytes: z.number().optional() }).optional(),
	}),
});

export type HealthReport = z.infer<typeof healthReportSchema>;
export type Checks = HealthReport['checks'];

/** All checks together. A check that cannot be made does not count. Pure. */
export function compositeHealth(checks: Checks, nowMs: number): HealthReport {
	return {
		healthy: Object.values(checks).every((each) => each?.healthy !== false),
		timestamp: new Date(nowMs).toISOString(),
		checks,
	};
}

/** What is wrong, in one line; undefined when all is well. */
export function troubleOf({ checks }: HealthReport): string | undefined {
	const troubles = Object.entries(checks).flatMap(([name, each]) =>
		each?.healthy === false ? [each.message ?? `${name} is not healthy`] : [],
	);
	return troubles.length === 0 ? undefined : troubles.join('; ');
}
