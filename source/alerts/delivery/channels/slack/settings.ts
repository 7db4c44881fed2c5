import { defineSettings } from '../../../../domain/channel.ts';

/** Anyone who knows `url` can post. */
export const slackSettings = defineSettings({
	keys: {},
	secrets: { url: 'address' },
	isRemote: true,
	delivered:
		'HTTP; `url` is the address of an incoming webhook (Mattermost and Rocket.Chat accept the same messages)',
	settle: (_entry, secrets) => secrets,
});

export type SlackSettings = ReturnType<typeof slackSettings.settle>;
