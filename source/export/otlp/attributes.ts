import type { SnapshotDocument } from '../../sections/snapshot.ts';

/** A key and its value, as in `opentelemetry/proto/common/v1/common.proto`, in OTLP's JSON form. */
export interface Attribute {
	readonly key: string;
	readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

export function attributes(values: Readonly<Record<string, string | undefined>>): Attribute[] {
	return Object.entries(values).flatMap(([key, value]) =>
		value === undefined ? [] : [{ key, value: { stringValue: value } }],
	);
}

/** What sends: this nodetop. */
export function resourceOf({ nodetop: { version, instance } }: SnapshotDocument) {
	return {
		attributes: attributes({
			'service.name': 'nodetop',
			'service.version': version,
			'service.instance.id': instance,
		}),
	};
}

export function scopeOf({ nodetop: { version } }: SnapshotDocument) {
	return { name: 'nodetop', version };
}

/** Unix nanoseconds as OTLP's JSON writes 64-bit numbers: decimal text. */
export function toNanos(unixMs: number): string {
	return (BigInt(Math.round(unixMs * 1000)) * 1000n).toString();
}
