import * as z from 'zod';
import { policyFields } from '../domain/channel.ts';
import type {
	ChannelKinds,
	ChannelPolicy,
	ChannelSettings,
	SecretForm,
} from '../domain/channel.ts';
import { proxyAddress } from './connections.ts';
import { httpAddress } from './http-address.ts';
import { headerName, secret } from './text-schemas.ts';

/** A channel as written in the file: its type, the keys of its kind, and what it changes of the policy. */
export type ChannelEntry = Readonly<{ type: string } & Partial<ChannelPolicy>> &
	Readonly<Record<string, unknown>>;

const channelName = z
	.string()
	.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, { error: 'must be letters, digits, ".", "_" and "-"' });

const policy = Object.fromEntries(
	Object.entries(policyFields).map(([key, { schema, standard, meaning }]) => [
		key,
		schema.optional().describe(`${meaning}; ${JSON.stringify(standard)}`),
	]),
);

/** The channels of a profile by name, each of one of the kinds. */
export function channelsSchema(kinds: ChannelKinds): z.ZodType<Record<string, ChannelEntry>> {
	const [first, ...others] = Object.entries(kinds).map(([type, { settings }]) =>
		entrySchema(type, settings),
	);
	if (first === undefined) throw new TypeError('there is no kind of channel');
	const entry = z
		.discriminatedUnion('type', [first, ...others])
		.superRefine((channel: ChannelEntry, context) => {
			const settings = kinds[channel.type]?.settings;
			if (settings === undefined) return;
			for (const message of problemsOf(channel, settings)) {
				context.addIssue({ code: 'custom', message });
			}
		});
	return z.record(channelName, entry);
}

function entrySchema(type: string, { keys, secrets, isRemote }: ChannelSettings) {
	return z.strictObject({
		type: z.literal(type),
		...keys,
		...secretKeys(secrets),
		...(isRemote === true && connectionKeys),
		...policy,
	});
}

/** The keys of every channel that sends over a network. */
export const connectionKeys = {
	proxy: proxyAddress
		.optional()
		.describe('Proxy through which it is reached: http://, https:// or socks5://HOST:PORT'),
	certFile: z.string().min(1).optional().describe('Client certificate (PEM)'),
	keyFile: z.string().min(1).optional().describe('Its private key, without a passphrase (PEM)'),
	caFile: z
		.string()
		.min(1)
		.optional()
		.describe('Authority that issued the server’s certificate (PEM)'),
};

const fileName = z.string().min(1).describe('File that contains only the value');

function secretKeys(secrets: ChannelSettings['secrets']): z.ZodRawShape {
	const schemas: Readonly<Record<SecretForm, (key: string) => z.ZodRawShape>> = {
		address: (key) => ({
			[key]: httpAddress.optional().describe('A secret: write ${NAME}, or use urlFile'),
			[`${key}File`]: fileName.optional(),
		}),
		text: (key) => ({ [key]: secret.optional(), [`${key}File`]: fileName.optional() }),
		headers: (key) => ({ [key]: z.record(headerName, secret).optional() }),
	};
	return Object.assign({}, ...Object.entries(secrets).map(([key, form]) => schemas[form](key)));
}

function problemsOf(channel: ChannelEntry, settings: ChannelSettings): readonly string[] {
	const given = new Set<string>();
	const problems: string[] = [];
	for (const [key, form] of Object.entries(settings.secrets)) {
		const hasText = channel[key] !== undefined;
		const hasFile = channel[`${key}File`] !== undefined;
		if (hasText || hasFile) given.add(key);
		if (hasText && hasFile) problems.push(`${key} and ${key}File exclude each other`);
		if (form === 'address' && !given.has(key)) problems.push(`needs ${key} or ${key}File`);
	}
	if ((channel['certFile'] === undefined) !== (channel['keyFile'] === undefined))
		problems.push('certFile and keyFile need each other');
	// The union has checked the entry against the keys of this kind.
	return [...problems, ...(settings.problemsOf?.(channel as never, given) ?? [])];
}
