import { createHmac } from 'node:crypto';
import type { WebhookSettings } from './settings.ts';
import type { Secret } from '../../../../domain/secret.ts';
import { sendHttp } from '../../http.ts';
import { renderPayload } from '../../render/payload.ts';
import type { Send } from '../../sender.ts';

/** Any receiver of JSON. */
export const sendWebhook: Send<WebhookSettings> = (channel, message, { signal, now }) => {
	const { url, token, headers = {}, signingSecret, connection } = channel;
	const body = JSON.stringify(renderPayload(message));
	return sendHttp({
		url,
		body,
		headers: {
			...revealed(headers),
			'content-type': 'application/json; charset=utf-8',
			'idempotency-key': message.id,
			'x-nodetop-message': message.id,
			...authorization(token),
			...(signingSecret && { 'x-nodetop-signature': sign(body, signingSecret, now()) }),
		},
		secrets: [token, signingSecret, ...Object.values(headers)].filter((s) => s !== undefined),
		connection,
		signal,
		now,
	});
};

/** Header names in lower case, so that ours replace theirs and are not sent beside them. */
export function revealed(headers: Readonly<Record<string, Secret>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]),
	);
}

export function authorization(token: Secret | undefined): Record<string, string> {
	return token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
}

/** `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`, so that an old message cannot be replayed. */
function sign(body: string, secret: Secret, nowMs: number): string {
	const seconds = Math.floor(nowMs / 1000);
	const digest = createHmac('sha256', secret.reveal()).update(`${seconds}.${body}`).digest('hex');
	return `t=${seconds},v1=${digest}`;
}
