import { builtInMappings } from '../mappings.ts';
import { labelOf } from '../../series.ts';
import type { Exposition } from '../exposition.ts';

const { label, metrics } = builtInMappings.etcd.peerList;
const received = 'etcd_network_peer_received_bytes_total';

/** Whom a member hears, by hexadecimal id. Those not in it are not known. */
export type Contacts = ReadonlyMap<string, boolean>;

/**
 * Reads whom a member is connected to. `etcd_network_active_peers` of 3.4 may stay 0 after a connection
 * came back, so that a peer from which bytes came since the last scrape is heard whatever it says.
 */
export function createContactsReader(): (exposition: Exposition) => Contacts {
	let before = new Map<string, number>();
	return (exposition) => {
		const active = byPeer(exposition, metrics, label);
		const bytes = byPeer(exposition, [received], 'From');
		const hasGrown = (id: string) => {
			const last = before.get(id);
			return last !== undefined && (bytes.get(id) ?? 0) > last;
		};
		const contacts = new Map([...active].map(([id, value]) => [id, value > 0 || hasGrown(id)]));
		before = bytes;
		return contacts;
	};
}

function byPeer(
	exposition: Exposition,
	metrics: readonly string[],
	label: string,
): Map<string, number> {
	const series = exposition.series({ metrics });
	return new Map(
		series.flatMap(({ labels, value }): [string, number][] => {
			const id = labelOf(labels, label);
			const isUsable = id !== undefined && id !== '' && Number.isFinite(value) && value >= 0;
			return isUsable ? [[id, value]] : [];
		}),
	);
}
