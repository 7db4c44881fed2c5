/** A reader of line protocol that throws where a line does not follow it. */
export function parseLines(text: string) {
	return text
		.split('\n')
		.slice(0, -1)
		.map((line) => {
			const [, head = '', fields = '', time = ''] =
				/^((?:\\.|[^\\ ])+) ((?:"(?:\\.|[^"\\])*"|\\.|[^" \\])+) (\d+)$/.exec(line) ?? [];
			if (time === '') throw new Error(`no line protocol: ${line}`);
			const [measurement = '', ...tags] = head.split(/(?<!\\),/);
			const pairs = (parts: readonly string[]) =>
				Object.fromEntries(
					parts.map((part) => {
						const [, name = '', value = ''] = /^((?:\\.|[^\\=])+)=(.+)$/s.exec(part) ?? [];
						if (name === '') throw new Error(`no tag or field: ${part} in ${line}`);
						return [name.replaceAll(/\\(.)/g, '$1'), value];
					}),
				);
			const own = fields.match(/(?:\\.|[^\\,="])+=(?:"(?:\\.|[^"\\])*"|[^,]+)/g) ?? [];
			return { measurement, tags: pairs(tags), fields: pairs(own), time };
		});
}
