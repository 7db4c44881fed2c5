import * as z from 'zod';
import type { HeartbeatSettings } from '../domain/channel.ts';
import { httpAddress, readHttpAddress } from './http-address.ts';
import type { SecretSources } from './secrets.ts';

const dayMs = 24 * 3_600_000;

export const heartbeatSchema = z
	.strictObject({
		url: httpAddress.optional().describe('A secret: write ${NAME}, or use urlFile'),
		urlFile: z.string().min(1).optional().describe('File that contains only the address'),
		method: z.enum(['GET', 'POST']).optional(),
		intervalMs: z
			.int()
			.min(1000)
			.max(7 * dayMs)
			.optional(),
		timeoutMs: z.int().min(100).max(60_000).optional(),
	})
	.refine((heartbeat) => (heartbeat.url === undefined) !== (heartbeat.urlFile === undefined), {
		error: 'needs either url or urlFile',
	});
export type HeartbeatEntry = z.infer<typeof heartbeatSchema>;

/** The heartbeat with its defaults and its address read, frozen. */
export async function settleHeartbeat(
	{ url, urlFile, method = 'GET', intervalMs = 60_000, timeoutMs = 10_000 }: HeartbeatEntry,
	where: string,
	sources: SecretSources,
): Promise<HeartbeatSettings> {
	const address = await readHttpAddress({ text: url, file: urlFile }, `${where}.url`, sources);
	return Object.freeze({ url: address, method, intervalMs, timeoutMs });
}
