import * as z from 'zod';
import { defineSettings } from '../../../../domain/channel.ts';

const mailbox = z
	.string()
	.max(320)
	.regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, { error: 'must be an address like a@b.example' });

const usualPorts = { tls: 465, starttls: 587, none: 25 } as const;

export const emailSettings = defineSettings({
	keys: {
		host: z.string().min(1),
		port: z
			.int()
			.min(1)
			.max(65_535)
			.optional()
			.describe('default 587; 465 for `tls`, 25 for `none`'),
		security: z
			.enum(['tls', 'starttls', 'none'])
			.optional()
			.describe('`tls` from the start, `starttls` or `none`; default `starttls`'),
		user: z.string().min(1).optional(),
		from: mailbox,
		to: z.array(mailbox).min(1),
	},
	secrets: { password: 'text' },
	isRemote: true,
	delivered: 'SMTP reply 2yz: delivered; 4yz: nodetop tries again; 5yz: final failure',
	problemsOf({ user, security }, given) {
		const hasPassword = given.has('password');
		return [
			...(hasPassword === (user !== undefined) ? [] : ['user and password are needed together']),
			...(hasPassword && security === 'none'
				? ['a password is not sent without TLS: use security tls or starttls']
				: []),
		];
	},
	settle: ({ host, port, security = 'starttls', user, from, to }, { password }) => ({
		host,
		port: port ?? usualPorts[security],
		security,
		user,
		password,
		from,
		to,
	}),
});

export type EmailSettings = ReturnType<typeof emailSettings.settle>;
