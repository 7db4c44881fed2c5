import { fileURLToPath } from 'node:url';
import { Enum, Root, Type } from 'protobufjs';
import type { Field } from 'protobufjs';

const protos = fileURLToPath(new URL('../../fixtures/opentelemetry-proto/', import.meta.url));
const services = ['metrics/v1/metrics_service', 'trace/v1/trace_service'];
const requests = {
	'/v1/metrics': 'collector.metrics.v1.ExportMetricsServiceRequest',
	'/v1/traces': 'collector.trace.v1.ExportTraceServiceRequest',
} as const;

const root = new Root();
root.resolvePath = (_, target) => `${protos}${target}`;
root.loadSync(services.map((name) => `opentelemetry/proto/collector/${name}.proto`));

interface Attributes {
	readonly attributes: readonly {
		readonly key: string;
		readonly value: { readonly stringValue?: string };
	}[];
}

interface NumberPoints {
	readonly dataPoints: readonly (Attributes & {
		readonly timeUnixNano: string;
		readonly asDouble?: number;
	})[];
}

export interface ReceivedMetric {
	readonly name: string;
	readonly description: string;
	readonly unit: string;
	readonly gauge?: NumberPoints;
	readonly sum?: NumberPoints & {
		readonly aggregationTemporality: number;
		readonly isMonotonic: boolean;
	};
}

export interface ReceivedSpan extends Attributes {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId: string;
	readonly name: string;
	readonly startTimeUnixNano: string;
	readonly endTimeUnixNano: string;
	readonly status: { readonly code: number; readonly message: string };
}

/** The fields at which tests look. */
interface Received {
	readonly '/v1/metrics': {
		readonly resourceMetrics: readonly {
			readonly resource: Attributes;
			readonly scopeMetrics: readonly { readonly metrics: readonly ReceivedMetric[] }[];
		}[];
	};
	readonly '/v1/traces': {
		readonly resourceSpans: readonly {
			readonly resource: Attributes;
			readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
		}[];
	};
}

/**
 * What a receiver of OTLP over HTTP reads from a body in JSON: through the message types of
 * opentelemetry-proto, into bytes of protobuf and back. 64-bit numbers are decimal text again, ids hex, and
 * enumerations numbers; fields that were left out have the values that proto3 gives them. Throws for a body
 * that is not in the JSON form that the OTLP specification gives.
 */
export function receive<Path extends keyof Received>(path: Path, body: string): Received[Path] {
	const type = root.lookupType(`opentelemetry.proto.${requests[path]}`);
	const message = type.fromObject(fromJson(type, JSON.parse(body), 'request'));
	const problem = type.verify(message);
	if (problem !== null) throw new Error(problem);
	const decoded = type.decode(type.encode(message).finish());
	const plain = type.toObject(decoded, { longs: String, enums: Number, defaults: true });
	// The message type of this path has these fields.
	return withHexIds(plain) as Received[Path];
}

export function isOtlpPath(path: string): path is keyof Received {
	return Object.hasOwn(requests, path);
}

/** The labels of a data point or span. */
export function labelsOf({ attributes }: Attributes): Record<string, string | undefined> {
	return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
}

/** The object that protobufjs takes, which by itself would ignore unknown keys and convert what it can. */
function fromJson(type: Type, value: unknown, place: string): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new Error(`${place} is no object`);
	}
	for (const { name, fieldsArray } of type.oneofsArray) {
		const given = fieldsArray.filter((field) => Object.hasOwn(value, field.name));
		if (given.length > 1) throw new Error(`${place} has more than one ${name}`);
	}
	return Object.fromEntries(
		Object.entries(value).map(([key, part]) => {
			const field = type.fields[key]?.resolve();
			if (field === undefined) throw new Error(`${place}.${key} is unknown to ${type.name}`);
			return [key, fieldFromJson(field, part, `${place}.${key}`)];
		}),
	);
}

function fieldFromJson(field: Field, value: unknown, place: string): unknown {
	if (!field.repeated) return singleFromJson(field, value, place);
	if (!Array.isArray(value)) throw new Error(`${place} is no list`);
	return value.map((item: unknown, index) => singleFromJson(field, item, `${place}[${index}]`));
}

function singleFromJson(field: Field, value: unknown, place: string): unknown {
	const { resolvedType, name, type } = field;
	if (resolvedType instanceof Type) return fromJson(resolvedType, value, place);
	if (resolvedType instanceof Enum) {
		if (typeof value === 'number' && value in resolvedType.valuesById) return value;
		throw new Error(`${place} is no number of ${resolvedType.name}`);
	}
	if (type === 'bytes') return bytesFromJson(name, value, place);
	const isRight = scalars[type];
	if (!isRight)
		throw new Error(`${place} has the type ${type}, of which this receiver knows nothing`);
	if (!isRight(value)) throw new Error(`${place} is no ${type}`);
	return value;
}

const ofSixtyFourBits = (least: bigint, greatest: bigint) => (value: unknown) =>
	typeof value === 'string' &&
	/^-?(?:0|[1-9]\d{0,19})$/.test(value) &&
	BigInt(value) >= least &&
	BigInt(value) <= greatest;
const unsigned64 = ofSixtyFourBits(0n, 2n ** 64n - 1n);
const signed64 = ofSixtyFourBits(-(2n ** 63n), 2n ** 63n - 1n);
const isUnsigned32 = (value: unknown) =>
	typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;

/** 64 bits are text: a number of JSON loses digits. */
const scalars: Readonly<Record<string, (value: unknown) => boolean>> = {
	string: (value) => typeof value === 'string',
	bool: (value) => typeof value === 'boolean',
	double: (value) => typeof value === 'number',
	int32: (value) => typeof value === 'number' && Number.isInteger(value),
	uint32: isUnsigned32,
	fixed32: isUnsigned32,
	uint64: unsigned64,
	fixed64: unsigned64,
	int64: signed64,
	sfixed64: signed64,
};

/** OTLP writes the ids of traces and spans in hex, where protobuf's JSON has base64. */
const idBytes: Readonly<Record<string, number>> = { traceId: 16, spanId: 8, parentSpanId: 8 };

function bytesFromJson(name: string, value: unknown, place: string): Buffer {
	const bytes = idBytes[name];
	if (bytes === undefined) throw new Error(`${place}: this receiver reads no bytes but ids`);
	const isRight = typeof value === 'string' && /^[\da-f]*$/i.test(value);
	if (!isRight || value.length !== bytes * 2)
		throw new Error(`${place} is no id of ${bytes} bytes`);
	if (/^0+$/.test(value)) throw new Error(`${place} is the id of nothing`);
	return Buffer.from(value, 'hex');
}

function withHexIds(value: unknown): unknown {
	if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
	if (Array.isArray(value)) return value.map(withHexIds);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withHexIds(part)]));
}
