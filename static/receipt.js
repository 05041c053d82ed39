// The receipt comes in the fragment, which no server sees, and does not stay in the browser's history.
"use strict";
(() => {
  const receipt = location.hash.slice(1);
  if (!/^[0-9a-f]{64}$/.test(receipt)) return;
  history.replaceState(null, "", location.pathname + location.search);
  for (const language of document.querySelectorAll(".languages a")) language.hash = receipt;
  const part = document.getElementById("receipt");
  const text = receipt.match(/.{8}/g).join(" ");
  part.querySelector("code").textContent = text;
  part.hidden = false;

  const copy = part.querySelector("button");
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    part.querySelector("[role=status]").textContent = copy.dataset.copied;
  });
})();
