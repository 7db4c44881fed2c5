import { defineSettings } from '../../../../domain/channel.ts';

/** Prometheus Alertmanager; `url` is its address, without `/api/v2`. It groups and repeats by itself. */
export const alertmanagerSettings = defineSettings({
	keys: {},
	secrets: { url: 'address', token: 'text', headers: 'headers' },
	// It takes an alert for ended when it is not repeated within five minutes.
	policy: {
		minSeverity: 'info',
		groupBy: [],
		groupWaitMs: 0,
		groupIntervalMs: 1000,
		repeatIntervalMs: 60_000,
		criticalRepeatIntervalMs: 60_000,
		burst: 60,
		messagesPerMinute: 60,
	},
	remindsWhileMuted: true,
	isRemote: true,
	delivered: 'HTTP, see below; `url` is without `/api/v2`',
	settle: (_entry, secrets) => secrets,
});

export type AlertmanagerSettings = ReturnType<typeof alertmanagerSettings.settle>;
