// What is filled in on a form, read and written.
"use strict";
var fields = (() => {
  const form = document.getElementById("skjema");
  const typed = (one) => one.matches("select, textarea");
  const all = () => [...form.elements].filter((one) => one.matches("[type=radio], [type=checkbox], select, textarea"));
  const filledIn = () =>
    all()
      .filter((one) => (typed(one) ? one.value : one.checked))
      .map((one) => [one.name, one.value]);

  function fill(kept) {
    for (const [name, value] of kept) {
      const found = form.elements.namedItem(name);
      const options = found instanceof RadioNodeList ? [...found] : [found];
      for (const one of options) {
        if (!one) continue;
        if (typed(one)) one.value = value;
        else if (one.value === value) one.checked = true;
      }
    }
  }

  function empty() {
    for (const one of all()) {
      if (typed(one)) one.value = "";
      else one.checked = false;
    }
  }

  return { all, filledIn, fill, empty };
})();
