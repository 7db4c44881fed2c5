import type { Delivery, DeliveryOptions } from '../alerts/delivery/delivery.ts';
import type { DeliveryState } from '../alerts/delivery/delivery-state.ts';
import { messageOf } from '../domain/errors.ts';
import type { AlertSettings } from './alerting-options.ts';

type Routes = Pick<AlertSettings, 'channels' | 'heartbeat'>;

/** The delivery to the channels of the present settings; there is none without channels. */
export interface CurrentDelivery extends Pick<Delivery, 'update' | 'cycleDone'> {
	/** Closes the present channels and opens these. Rejects when they cannot be opened. */
	replace(routes: Routes): Promise<void>;
	state(): DeliveryState | undefined;
	/** Why the channels are not open. */
	problem(): string | undefined;
	close(drainMs?: number): Promise<void>;
}

export function createCurrentDelivery(
	options: Omit<DeliveryOptions, keyof Routes>,
	onChange: () => void,
): CurrentDelivery {
	let delivery: Delivery | undefined;
	let problem: string | undefined;

	async function open(routes: Routes): Promise<Delivery | undefined> {
		if (routes.channels.length === 0 && routes.heartbeat === undefined) return undefined;
		const { openDelivery } = await import('../alerts/delivery/delivery.ts');
		const opened = await openDelivery({ ...options, ...routes });
		opened.state.subscribe(onChange);
		return opened;
	}

	return {
		async replace({ channels, heartbeat }) {
			await delivery?.close();
			delivery = undefined;
			try {
				delivery = await open({ channels, heartbeat });
				problem = undefined;
			} catch (error) {
				problem = messageOf(error);
				throw error;
			}
		},
		async update(incidents, nowMs) {
			await delivery?.update(incidents, nowMs);
		},
		cycleDone(nowMs) {
			delivery?.cycleDone(nowMs);
		},
		state: () => delivery?.state.getSnapshot(),
		problem: () => problem,
		async close(drainMs) {
			await delivery?.close(drainMs);
		},
	};
}
