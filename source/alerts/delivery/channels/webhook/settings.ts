import { defineSettings } from '../../../../domain/channel.ts';

/** `token` is sent as bearer token; `signingSecret` is the key of the HMAC-SHA256 signature. */
export const webhookSettings = defineSettings({
	keys: {},
	secrets: { url: 'address', token: 'text', headers: 'headers', signingSecret: 'text' },
	isRemote: true,
	delivered: 'HTTP; `token` is sent as bearer token, `signingSecret` signs each message',
	settle: (_entry, secrets) => secrets,
});

export type WebhookSettings = ReturnType<typeof webhookSettings.settle>;
