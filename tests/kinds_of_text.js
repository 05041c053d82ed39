// What the contrast of a text hangs on, so that axe need not measure it for each of a thousand cells,
// nor again for those of the next page: `known` has the kinds that were measured before.
() => {
    // what axe finds, and the kinds that it has measured
    window.ofEachKind = async (asked, known) => {
        const EACH = 2;
        const before = new Set(known);
        const places = new Map();
        const found = new Map();

        // all that is painted from the page up to an element
        const behind = element => {
            if (!element) return '';
            if (!places.has(element)) {
                const style = getComputedStyle(element);
                const painted = [
                    style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
                    style.mixBlendMode, style.position === 'relative' ? 'static' : style.position,
                ].join();
                let place = behind(element.parentElement);
                if (painted !== 'rgba(0, 0, 0, 0),none,1,none,normal,static') {
                    place = `${place} ${painted}`;
                }
                places.set(element, place);
            }
            return places.get(element);
        };
        // of a single sign axe cannot say whether it is a text
        const says = element =>
            element.matches('input, select, textarea, button') ||
            [...element.childNodes].some(one => one.nodeType === 3 && one.data.trim()[1]);
        const kind = element => {
            const style = getComputedStyle(element);
            return [
                behind(element), element.localName, element.getAttribute('class'),
                (element.control ?? element).disabled, style.color, style.fill, style.fontSize,
                style.fontWeight, style.textShadow, style.visibility,
            ].join();
        };

        const marked = new Map();
        for (const element of document.body.querySelectorAll('*')) {
            if (!says(element) || !element.getClientRects().length) continue;
            const same = kind(element);
            const here = found.get(same) ?? 0;
            if (here === EACH || before.has(same)) continue;
            found.set(same, here + 1);
            element.setAttribute('data-kind-of-text', '');
            marked.set(element, same);
        }
        try {
            // of which texts it could not tell the contrast is asked, too
            const more = { elementRef: true, resultTypes: ['violations', 'incomplete'] };
            const { violations, incomplete } = await axe.run({ ...asked, ...more });
            const unsure = incomplete.filter(one => one.id === 'color-contrast').flatMap(one => one.nodes);
            unsure.forEach(one => found.delete(marked.get(one.element)));
            return [violations, [...found.keys()]];
        } finally {
            marked.forEach((_, element) => element.removeAttribute('data-kind-of-text'));
        }
    };
}
