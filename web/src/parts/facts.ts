// "年营收万元" → "年营收" where the unit is told apart.
export const withoutUnit = (name: string, unit: string): string => (unit !== "" && name.endsWith(unit) && name !== unit ? name.slice(0, -unit.length) : name);
