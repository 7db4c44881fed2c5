import { defineSettings } from '../../../../domain/channel.ts';

/** Anyone who knows `url` can post. */
export const discordSettings = defineSettings({
	keys: {},
	secrets: { url: 'address' },
	delivered: 'HTTP; `url` is that of a webhook; `retry_after` in the body of an answer is honoured',
	settle: (_entry, secrets) => secrets,
});

export type DiscordSettings = ReturnType<typeof discordSettings.settle>;
