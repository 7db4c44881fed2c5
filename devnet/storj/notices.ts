/** As the node's own page lists them. */
export interface Notice {
	readonly id: string;
	readonly senderId: string;
	/** 0 custom, 1 audit failure, 2 disqualification, 3 suspension. */
	readonly type: number;
	readonly title: string;
	readonly message: string;
	readonly readAt: null;
	readonly createdAt: string;
}

const types = { disqualification: 2, suspension: 3 } as const;

export interface Notices {
	/** A satellite told the node; once for each kind and satellite. */
	add(kind: keyof typeof types, satelliteId: string, atMs: number): void;
	/** Newest first. */
	list(): readonly Notice[];
}

export function createNotices(): Notices {
	const notices = new Map<string, Notice>();
	return {
		add(kind, satelliteId, atMs) {
			const key = `${kind} ${satelliteId}`;
			if (notices.has(key)) return;
			const word = kind === 'suspension' ? 'suspended' : 'disqualified';
			notices.set(key, {
				id: `00000000-0000-4000-8000-${String(notices.size + 1).padStart(12, '0')}`,
				senderId: satelliteId,
				type: types[kind],
				title: `Your Node is ${word} since ${new Date(atMs).toISOString()}`,
				message: `This is a reminder that your StorageNode is ${word} on Satellite ${satelliteId}`,
				readAt: null,
				createdAt: new Date(atMs).toISOString(),
			});
		},
		list: () => [...notices.values()].toReversed(),
	};
}
