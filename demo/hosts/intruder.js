/** Keeps what it hears: nothing, if nobody posts to whoever listens. */
window.heard = [];
addEventListener('message', ({data}) => void window.heard.push(data));
