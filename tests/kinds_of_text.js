// What the contrast of a text hangs on, so that axe need not measure it for each of a thousand cells.
() => {
    window.ofEachKind = async look => {
        const EACH = 2;
        const behinds = new Map();
        const places = new Map();
        const found = new Map();

        // all that is painted from the page up to an element, as a number
        const behind = element => {
            if (!element) return 0;
            if (!places.has(element)) {
                const style = getComputedStyle(element);
                const painted = [
                    style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
                    style.mixBlendMode, style.position === 'relative' ? 'static' : style.position,
                ].join();
                let place = behind(element.parentElement);
                if (painted !== 'rgba(0, 0, 0, 0),none,1,none,normal,static') {
                    const both = `${place} ${painted}`;
                    if (!behinds.has(both)) behinds.set(both, behinds.size + 1);
                    place = behinds.get(both);
                }
                places.set(element, place);
            }
            return places.get(element);
        };
        const says = element =>
            element.matches('input, select, textarea, button') ||
            [...element.childNodes].some(one => one.nodeType === 3 && one.data.trim());
        const kind = element => {
            const style = getComputedStyle(element);
            return [
                behind(element), element.localName, element.getAttribute('class'),
                (element.control ?? element).disabled, style.color, style.fill, style.fontSize,
                style.fontWeight, style.textShadow, style.visibility,
            ].join();
        };

        const marked = [];
        for (const element of document.body.querySelectorAll('*')) {
            if (!says(element) || !element.getClientRects().length) continue;
            const same = kind(element);
            const before = found.get(same) ?? 0;
            if (before === EACH) continue;
            found.set(same, before + 1);
            element.setAttribute('data-kind-of-text', '');
            marked.push(element);
        }
        try {
            return await look();
        } finally {
            marked.forEach(element => element.removeAttribute('data-kind-of-text'));
        }
    };
}
