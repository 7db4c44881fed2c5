type Scalar = string | number | boolean;

/** The value at a field's path in its section, such as `latencyMs.p50`; `undefined` where it is absent. */
export function valueAt(section: unknown, path: string): Scalar | undefined {
	const dot = path.indexOf('.');
	const value =
		dot === -1
			? child(section, path)
			: child(child(section, path.slice(0, dot)), path.slice(dot + 1));
	const isScalar =
		typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
	return isScalar ? value : undefined;
}

function child(value: unknown, name: string): unknown {
	if (typeof value !== 'object' || value === null) return undefined;
	return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
