/* Runs in the browser, after Altair's own scripts. */
/* global AltairGraphQL, MutationObserver, document, localStorage, location */

const answer = await fetch(new URL('collection.json', import.meta.url));
const { initialWindows, ...options } = await answer.json();
AltairGraphQL.init({
  ...options,
  // Altair takes a window's address as it is, and wants a whole one.
  initialWindows: initialWindows.map((window) => ({
    ...window,
    endpointURL: new URL(window.endpointURL, location.origin).href,
  })),
});

// It shows the window that it opened last: a new collection is to begin with its first. Later visits stay where they were.
const opened = `${options.instanceStorageNamespace}opened`;
if (!localStorage.getItem(opened)) {
  const observer = new MutationObserver(() => {
    const tabs = document.querySelectorAll('.window-switcher__item:has(.window-switcher__close)');
    if (tabs.length < initialWindows.length) return;
    observer.disconnect();
    localStorage.setItem(opened, 'true');
    tabs[0].click();
  });
  observer.observe(document.body, { childList: true, subtree: true });
}
