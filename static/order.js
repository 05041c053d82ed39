// Puts a question elsewhere by dragging it: the form is sent as its buttons for moving would send it.
// Without script, on a phone and by keyboard there are these buttons. Escape puts it back.
"use strict";
(() => {
  for (const list of document.querySelectorAll("[data-order]")) {
    const before = [...list.children];
    for (const told of document.querySelectorAll("[data-drag]")) told.hidden = false;
    let dragged = null;
    let dropped = false;
    for (const row of before) {
      row.draggable = true;
      // or the link in it would be dragged, with its address
      for (const link of row.querySelectorAll("a")) link.draggable = false;
      row.addEventListener("dragstart", (event) => {
        dragged = row;
        dropped = false;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", row.dataset.item);
        row.classList.add("dragged");
      });
      row.addEventListener("dragend", () => {
        row.classList.remove("dragged");
        const at = [...list.children].indexOf(row);
        if (!dropped) list.append(...before);
        else if (at !== before.indexOf(row)) send(list, row.dataset.item, at + 1);
        dragged = null;
      });
    }
    list.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const over = event.target.closest("li");
      if (!over || over === dragged) return;
      const { top, height } = over.getBoundingClientRect();
      over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
    });
    list.addEventListener("drop", (event) => {
      event.preventDefault();
      dropped = dragged !== null;
    });
  }

  function send(list, item, place) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "move";
    field.value = `${place}:${item}`;
    list.closest("form").append(field);
    field.form.submit();
  }
})();
