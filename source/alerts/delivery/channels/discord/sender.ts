import * as z from 'zod';
import type { DiscordSettings } from './settings.ts';
import { sendHttp } from '../../http.ts';
import { renderDiscord } from './render.ts';
import type { Send } from '../../sender.ts';

const rateLimited = z.object({ retry_after: z.number().min(0) });

/** A Discord webhook. Its address is the credential. */
export const sendDiscord: Send<DiscordSettings> = ({ url, connection }, message, { signal, now }) =>
	sendHttp({
		url,
		body: JSON.stringify(renderDiscord(message)),
		headers: {
			'content-type': 'application/json; charset=utf-8',
			'idempotency-key': message.id,
			'x-nodetop-message': message.id,
		},
		connection,
		signal,
		now,
		readRetryAfterMs,
	});

/** Discord writes the wait in the body, in seconds with a fraction ("Rate Limits"). */
function readRetryAfterMs(body: string): number | undefined {
	try {
		const { data } = rateLimited.safeParse(JSON.parse(body));
		return data === undefined ? undefined : data.retry_after * 1000;
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}
