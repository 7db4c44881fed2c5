import * as z from 'zod';
import { severities } from '../domain/words.ts';
import { hasReference } from './references.ts';
import { headerName, secret, template, withCheck } from './text-schemas.ts';

const maxPolicyMs = 7 * 24 * 3_600_000;
const wait = z.int().min(0).max(maxPolicyMs);
const interval = z.int().min(1000).max(maxPolicyMs);
const fileName = z.string().min(1).describe('File that holds nothing but the value');
const headers = z.record(headerName, secret);

const policy = {
	minSeverity: z.enum(severities).optional().describe('Alerts below it are not told; warning'),
	sendResolved: z.boolean().optional().describe('Tell the end of what was told; true'),
	groupBy: z
		.array(z.string().regex(/^[A-Za-z_]\w*$/, { error: 'is not the name of a label' }))
		.optional()
		.describe('Labels that alerts of one message share; rule and group'),
	groupWaitMs: wait.optional(),
	criticalGroupWaitMs: wait.optional(),
	groupIntervalMs: wait.optional(),
	repeatIntervalMs: interval.optional(),
	criticalRepeatIntervalMs: interval.optional(),
	burst: z.int().min(1).max(1000).optional().describe('Messages at once, at most'),
	messagesPerMinute: z.int().min(1).max(6000).optional(),
	timeoutMs: z.int().min(100).max(300_000).optional().describe('For one attempt'),
	giveUpAfterMs: interval.optional().describe('After which a message is undelivered; a day'),
};

const address = withCheck(template, (text) => {
	if (hasReference(text)) return undefined;
	const url = URL.parse(text);
	const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
	return isHttp ? undefined : 'must be an address with http:// or https://';
});

const url = {
	url: address.optional().describe('A credential by itself: ${NAME}, or urlFile'),
	urlFile: fileName.optional(),
};
const token = { token: secret.optional(), tokenFile: fileName.optional() };

const mailbox = withCheck(z.string().max(320), (text) =>
	/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text) ? undefined : 'must be an address like a@b.example',
);

const entry = z.discriminatedUnion('type', [
	z.strictObject({
		type: z.literal('email'),
		host: z.string().min(1),
		port: z.int().min(1).max(65_535).optional().describe('587; 465 for tls, 25 for none'),
		security: z.enum(['tls', 'starttls', 'none']).optional().describe('starttls'),
		user: z.string().min(1).optional(),
		password: secret.optional(),
		passwordFile: fileName.optional(),
		from: mailbox,
		to: z.array(mailbox).min(1),
		...policy,
	}),
	z.strictObject({ type: z.literal('slack'), ...url, ...policy }),
	z.strictObject({ type: z.literal('discord'), ...url, ...policy }),
	z.strictObject({
		type: z.literal('webhook'),
		...url,
		...token,
		headers: headers.optional(),
		signingSecret: secret.optional().describe('Key of the HMAC-SHA256 signature'),
		signingSecretFile: fileName.optional(),
		...policy,
	}),
	z.strictObject({
		type: z.literal('alertmanager'),
		...url,
		...token,
		headers: headers.optional(),
		...policy,
	}),
	z.strictObject({
		type: z.literal('command'),
		argv: z.array(z.string().min(1)).min(1).describe('The program and its arguments; no shell'),
		...policy,
	}),
	z.strictObject({
		type: z.literal('terminal'),
		bell: z.boolean().optional(),
		notification: z.enum(['osc9', 'osc777', 'none']).optional(),
		...policy,
	}),
]);

const checkedEntry = entry.superRefine((channel, context) => {
	for (const message of entryProblems(channel)) context.addIssue({ code: 'custom', message });
});

function entryProblems(channel: z.infer<typeof entry>): readonly string[] {
	const given = new Set(Object.keys(channel));
	const problems = ['url', 'token', 'password', 'signingSecret']
		.filter((key) => given.has(key) && given.has(`${key}File`))
		.map((key) => `${key} and ${key}File exclude each other`);
	const needsUrl = !['email', 'command', 'terminal'].includes(channel.type);
	if (needsUrl && !given.has('url') && !given.has('urlFile')) problems.push('needs url or urlFile');
	if (channel.type !== 'email') return problems;
	const hasPassword = given.has('password') || given.has('passwordFile');
	if (hasPassword !== given.has('user')) problems.push('user and password need each other');
	if (hasPassword && channel.security === 'none') {
		problems.push('a password is not sent without TLS: use security tls or starttls');
	}
	return problems;
}

const channelName = z
	.string()
	.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, { error: 'must be letters, digits, ".", "_" and "-"' });

export const channelsSchema = z.record(channelName, checkedEntry);
export type ChannelEntry = z.infer<typeof entry>;

export const heartbeatSchema = z
	.strictObject({
		...url,
		method: z.enum(['GET', 'POST']).optional(),
		intervalMs: interval.optional(),
		timeoutMs: z.int().min(100).max(60_000).optional(),
	})
	.refine((heartbeat) => (heartbeat.url === undefined) !== (heartbeat.urlFile === undefined), {
		error: 'needs either url or urlFile',
	});
export type HeartbeatEntry = z.infer<typeof heartbeatSchema>;
