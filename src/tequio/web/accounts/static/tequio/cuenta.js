// What only works with scripts is shown only where they run.
for (const part of document.querySelectorAll(".with-script")) part.hidden = false;
