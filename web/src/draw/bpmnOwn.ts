// What the product adds to BPMN, for bpmn-moddle: roles, cities, terms, decisions and forms are read and written back unchanged.
const kAttributes = ["role", "city", "due", "clause", "suspends", "decision", "result", "service", "key", "firstDayCounts", "onHoliday", "endsAt", "afterHours", "collection", "item", "output", "outputItem"] as const;
export type Own = (typeof kAttributes)[number];
export const kOwn: readonly Own[] = kAttributes;
const text = (name: string) => ({ name, isAttr: true, type: "String" });

export const jiaoji = {
  name: "jiaoji", prefix: "jiaoji", uri: "https://jiaoji.dev/bpmn", xml: { tagAlias: "lowerCase" }, associations: [],
  types: [
    { name: "Step", isAbstract: true, extends: ["bpmn:BaseElement"], properties: kAttributes.map(text) },
    { name: "Field", superClass: ["Element"], properties: ["name", "label", "type", "options", "required", "officeOnly"].map(text) },
  ],
};
