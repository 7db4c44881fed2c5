import { defineSettings } from '../../../../domain/channel.ts';

/** Anyone who knows `url` can post. */
export const discordSettings = defineSettings({
	keys: {},
	secrets: { url: 'address' },
	isRemote: true,
	delivered:
		'HTTP; `url` is the address of a webhook; nodetop waits for `retry_after` of the answer',
	settle: (_entry, secrets) => secrets,
});

export type DiscordSettings = ReturnType<typeof discordSettings.settle>;
