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
		port: z.int().min(1).max(65_535).optional().describe('587; 465 for `tls`, 25 for `none`'),
		security: z
			.enum(['tls', 'starttls', 'none'])
			.optional()
			.describe('TLS from the start, by STARTTLS, or none: `tls`, `starttls`, `none`; `starttls`'),
		user: z.string().min(1).optional(),
		from: mailbox,
		to: z.array(mailbox).min(1),
	},
	secrets: { password: 'text' },
	delivered: 'SMTP reply 2yz is delivered, 4yz is tried again, 5yz is final',
	problemsOf({ user, security }, given) {
		const hasPassword = given.has('password');
		return [
			...(hasPassword === (user !== undefined) ? [] : ['user and password need each other']),
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
