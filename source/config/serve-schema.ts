import * as z from 'zod';
import { template } from './text-schemas.ts';

/** What the holder of a token may do; each role includes those before it. */
export const serveRoles = ['read', 'test', 'act'] as const;
export type ServeRole = (typeof serveRoles)[number];

const tokenSchema = z
	.strictObject({
		role: z
			.enum(serveRoles)
			.describe(
				'read: look; test: also run network tests; act: also acknowledge and silence alerts',
			),
		token: template.optional().describe('A secret: write ${NAME}, or use tokenFile'),
		tokenFile: z.string().min(1).optional().describe('File that contains only the token'),
	})
	.refine(({ token, tokenFile }) => (token === undefined) !== (tokenFile === undefined), {
		error: 'needs either token or tokenFile',
	});

const tokenName = z
	.string()
	.regex(/^[\w.-]{1,64}$/, { error: 'must be letters, digits, ".", "_" and "-"' });

export const serveSchema = z.strictObject({
	listen: z
		.string()
		.min(1)
		.optional()
		.describe('HOST:PORT of nodetop serve; default 127.0.0.1:7070. Another address needs a token'),
	hosts: z
		.array(z.string().regex(/^[\w.-]{1,253}$/, { error: 'must be a host name without port' }))
		.max(32)
		.optional()
		.describe('Other names by which the server is reached, such as that of a proxy'),
	tokens: z
		.record(tokenName, tokenSchema)
		.optional()
		.describe('Who may use the server, by name; without tokens, everyone on this machine'),
});

export type ServeEntry = z.infer<typeof serveSchema>;
