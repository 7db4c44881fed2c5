import * as z from 'zod';
import { processStates } from '../domain/words.ts';
import { healthReportSchema } from './health/report.ts';
import { specSchema } from './spec.ts';

/** What `status --process --json` prints, and what the supervisor says of itself beside it. */
export const statusSchema = z.object({
	name: z.string(),
	state: z.enum(processStates),
	pid: z.int().optional(),
	uptimeSeconds: z.int().optional(),
	restarts: z.int(),
	health: z.enum(['healthy', 'unhealthy', 'unknown']),
	version: z.string().optional(),
	network: z.string().optional(),
	reason: z.string().optional(),
	/** What the supervisor cannot do, such as keep the log on a full disk. */
	problem: z.string().optional(),
	startedAt: z.string().optional(),
	/** Absent while no supervisor runs. */
	supervisorPid: z.int().optional(),
	/** Where its health is checked. */
	rpcUrl: z.string().optional(),
});

export type ProcessStatus = z.infer<typeof statusSchema>;

export const upgradeSchema = z.object({
	/** The new binary. */
	binary: z.string(),
	sha256: z.string().optional(),
	version: z.string().optional(),
	atHeight: z.int().optional(),
	atMs: z.number().optional(),
	/** How long the new binary has to become healthy. */
	gateMs: z.int(),
	/** Run before the swap, as arguments. */
	backup: z.array(z.string()).optional(),
});

export type UpgradeOrder = z.infer<typeof upgradeSchema>;

/** One line to the supervisor. */
export const requestSchema = z.discriminatedUnion('ask', [
	z.object({ ask: z.literal('status') }),
	z.object({ ask: z.literal('health') }),
	z.object({ ask: z.literal('stop'), isForced: z.boolean(), graceMs: z.int().optional() }),
	z.object({ ask: z.literal('restart'), spec: specSchema.optional() }),
	z.object({ ask: z.literal('upgrade'), order: upgradeSchema }),
]);

export type Request = z.infer<typeof requestSchema>;

/** One line from the supervisor; the last one of a request is `done` or `failed`. */
export const replySchema = z.discriminatedUnion('is', [
	z.object({ is: z.literal('progress'), text: z.string() }),
	z.object({ is: z.literal('status'), status: statusSchema }),
	z.object({ is: z.literal('health'), report: healthReportSchema }),
	z.object({ is: z.literal('done'), text: z.string() }),
	z.object({ is: z.literal('failed'), message: z.string(), nextSteps: z.array(z.string()) }),
]);

export type Reply = z.infer<typeof replySchema>;

export const longestLine = 1_048_576;
