// The page of a binary: its buttons.
import { editor } from "./page";

for (const kind of ["diagram", "wit"]) {
  document.getElementById(kind)?.addEventListener("click", () => {
    editor.postMessage({ kind });
  });
}
