import * as z from 'zod';
import { httpAddress } from './http-address.ts';
import { template } from './text-schemas.ts';

const peerSchema = z
	.strictObject({
		url: httpAddress.describe('Where the other watch serves, as http://10.0.0.2:7070'),
		token: template.optional().describe('Its token of role act; write ${NAME}, or use tokenFile'),
		tokenFile: z.string().min(1).optional().describe('File that contains only the token'),
	})
	.refine(({ token, tokenFile }) => token === undefined || tokenFile === undefined, {
		error: 'token and tokenFile exclude each other',
	});

export const quorumSchema = z
	.union([z.literal(1), z.literal(2)])
	.describe('How many watches of the pair have to see an alert before it is told; default 1');

/** Two form a pair; more would need a vote. */
export const peersSchema = z.array(peerSchema).max(1);
export type PeerEntry = z.infer<typeof peerSchema>;
