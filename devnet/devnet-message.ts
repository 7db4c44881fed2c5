import * as z from 'zod';

/** The one message that the devnet's process sends to its parent. */
export const devnetMessageSchema = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('ready'),
		control: z.url(),
		nodes: z
			.array(
				z
					.object({
						name: z.string(),
						url: z.url(),
						kind: z.string(),
						network: z.string(),
						log: z.string().exactOptional(),
						fallbackUrls: z.array(z.url()).readonly().exactOptional(),
						metricsUrl: z.url().exactOptional(),
					})
					.readonly(),
			)
			.readonly(),
	}),
	z.object({
		type: z.literal('failed'),
		message: z.string(),
		nextSteps: z.array(z.string()).readonly(),
	}),
]);

export type DevnetMessage = z.infer<typeof devnetMessageSchema>;
