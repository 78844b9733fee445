// A page has no background task: its position is watched while it is open (position.web.ts).
export {};
