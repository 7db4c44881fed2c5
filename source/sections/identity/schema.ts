import * as z from 'zod';
import { amount, identifier, text, time } from '../../domain/scalars.ts';

export const identitySchema = z.strictObject({
	nodeId: text.optional(),
	client: text.optional().describe('Name of the program, without version'),
	version: text.optional().describe('Version of the program, without a leading v'),
	allowedVersion: text.optional().describe('The oldest version that the network accepts'),
	isVersionAllowed: z.boolean().optional().describe('Whether the network accepts its version'),
	userAgent: text.optional().describe("The program's own full version text"),
	chainId: identifier.optional(),
	networkId: identifier.optional(),
	genesisHash: text.optional(),
	startedAt: time.optional(),
	uptimeSeconds: amount.optional(),
});

export type Identity = z.infer<typeof identitySchema>;
