import { resolve } from 'node:path';
import { sendHttp } from '../../alerts/delivery/http.ts';
import { createPusher } from '../../app/pushing.ts';
import type { Pusher } from '../../app/pushing.ts';
import { parseSpan } from '../../config/duration.ts';
import { readSecret } from '../../config/secrets.ts';
import { UserError } from '../../domain/errors.ts';
import { maskUrl, Secret } from '../../domain/secret.ts';
import type { exporterOf } from '../../export/exporters.ts';
import type { CommandContext } from '../command.ts';
import { warnOn } from '../warn.ts';

interface PushFlags {
	readonly push?: string | undefined;
	readonly tokenFile?: string | undefined;
	readonly retryFor?: string | undefined;
	readonly every?: string | undefined;
}

type Exporter = NonNullable<ReturnType<typeof exporterOf>>;

const shortMs = 10_000;
const longMs = 10 * 60_000;
const mostDays = 1;

/** What `--push` sends to. Throws `UserError` for an address or a token that cannot be used. */
export async function openPush(
	{ contentType, pushAddress }: Pick<Exporter, 'contentType' | 'pushAddress'>,
	flags: PushFlags,
	context: CommandContext,
): Promise<Pusher> {
	const given = httpUrl(flags.push ?? '');
	const { url, scheme } = pushAddress?.(given) ?? { url: given, scheme: 'Bearer' };
	const token = await readPushToken(flags.tokenFile, context);
	const usual = flags.every === undefined ? shortMs : longMs;
	const target = new Secret(url.href);
	const headers = {
		'content-type': contentType,
		...(token && { authorization: `${scheme} ${token.reveal()}` }),
	};
	return createPusher({
		send: (text, signal) =>
			sendHttp({
				url: target,
				body: text,
				headers,
				signal,
				now: () => context.clock.now(),
				...(token && { secrets: [token] }),
			}),
		signal: context.signal,
		warn: warnOn(context),
		retryForMs:
			flags.retryFor === undefined ? usual : parseSpan(flags.retryFor, '--retry-for', mostDays),
		now: () => context.clock.steadyNow(),
	});
}

/** The token of `--token-file`, or of the environment. */
export async function readPushToken(
	tokenFile: string | undefined,
	context: CommandContext,
): Promise<Secret | undefined> {
	const { env } = context;
	const text = tokenFile === undefined ? env['NODETOP_PUSH_TOKEN'] : undefined;
	if (text !== undefined && text !== '') {
		const sources = { env: {}, configPath: resolve('.'), warn: warnOn(context) };
		return readSecret({ text, file: undefined }, 'NODETOP_PUSH_TOKEN', sources);
	}
	const file = tokenFile === undefined ? undefined : resolve(tokenFile);
	const sources = { env, configPath: resolve('.'), warn: warnOn(context) };
	return readSecret({ text: undefined, file }, '--token', sources);
}

export function httpUrl(text: string): URL {
	const url = URL.parse(text);
	if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
	throw new UserError(`--push: "${maskUrl(text)}" is not an address`, {
		nextSteps: ['write it as http://HOST:PORT/PATH or https://HOST/PATH'],
	});
}
