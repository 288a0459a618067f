import { label, plural, t, useTexts } from "../../Sources/GatewaySvc/Web/lib/texts.js";
import { ensure, equal } from "./check.js";

const root = new URL("../../", import.meta.url);
const source = await Deno.readTextFile(new URL("Sources/Shared/Texts/catalogue.en.json", root));
/** @type {Record<string, string>} */
const catalogue = JSON.parse(source);

/** Every script of the web app that is ours, as one text each. */
function* scripts() {
    const web = new URL("Sources/GatewaySvc/Web/", root);
    for (const folder of ["", "lib/", "pages/"]) {
        for (const entry of Deno.readDirSync(new URL(folder, web))) {
            if (entry.isFile && entry.name.endsWith(".js")) {
                yield { name: folder + entry.name, text: Deno.readTextFileSync(new URL(folder + entry.name, web)) };
            }
        }
    }
}

Deno.test("every key stands once in the catalogue, and no text is empty", () => {
    const keys = [...source.matchAll(/^\s*"((?:[^"\\]|\\.)+)":/gm)].map((found) => found[1]);
    equal(keys.length, Object.keys(catalogue).length, "keys in the file and keys read");
    for (const [key, text] of Object.entries(catalogue)) ensure(text.trim().length > 0, `${key} is empty`);
});

Deno.test("every text that a script asks for is there", () => {
    let asked = 0;
    for (const { name, text } of scripts()) {
        for (const [, key] of text.matchAll(/\bt\(\s*"([^"]+)"/g)) {
            asked++;
            ensure(key in catalogue, `${name} asks for ${key}`);
        }
        for (const [, key] of text.matchAll(/\bplural\(\s*"([^"]+)"/g)) {
            ensure(`${key}.one` in catalogue && `${key}.other` in catalogue, `${name} asks for ${key}`);
        }
        for (const [, pattern] of text.matchAll(/\bt\(\s*`([^`]+)`/g)) {
            asked++;
            const shape = new RegExp(`^${pattern.replace(/\./g, "\\.").replace(/\$\{[^}]+\}/g, "[^.]+")}$`);
            ensure(Object.keys(catalogue).some((key) => shape.test(key)), `${name} asks for ${pattern}`);
        }
    }
    ensure(asked > 100, `only ${asked} keys found: has the way of asking changed?`);
});

Deno.test("scripts hold no sentence of their own", () => {
    // A text between two tags that begins with a letter would be one; values stand in ${…}.
    for (const { name, text } of scripts()) {
        const found = /html`[^`]*>\s*([A-Z][a-z]+ [a-z]+[^<$`]*)</.exec(text);
        ensure(!found, `${name} says “${found?.[1]}”`);
    }
});

Deno.test("T102 the dialogs of the embargo exist for every organization, kind and step, each with its values", () => {
    useTexts(catalogue);
    for (const level of ["state", "district"]) {
        for (const kind of ["individual", "aggregate"]) {
            for (const value of ["released", "embargoed"]) {
                const text = t(`embargo.consequence.${level}.${kind}.${value}`, {
                    n: 250,
                    organization: "Demo District",
                });
                ensure(text.startsWith("Completing this action will "), text);
                ensure(text.includes("250 ") && text.includes("Demo District"), text);
            }
        }
    }
    equal(
        t("embargo.consequence.district.individual.released", { n: 250, organization: "Demo District" }),
        "Completing this action will allow users to view 250 individual Summative test results for Demo District. " +
            "Do you want to release before the state releases all individual Summative test results?",
    );
});

Deno.test("values are put in, unknown ones stay visible, code lists fall back to the code", () => {
    useTexts({ "a": "{x} of {y}", "n.one": "{n} thing", "n.other": "{n} things", "grade.03.name": "Grade 3" });
    equal(t("a", { x: 1 }), "1 of {y}");
    equal(plural("n", 1), "1 thing");
    equal(plural("n", 1250), "1,250 things");
    equal(label("grade", "03"), "Grade 3");
    equal(label("grade", "99"), "99");
});
