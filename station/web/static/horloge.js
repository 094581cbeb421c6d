// The clock of the header, from the clock of this machine; said as « 14 h 05 ».
const horloge = document.getElementById("horloge");

function avancer() {
  const maintenant = new Date();
  const minutes = String(maintenant.getMinutes()).padStart(2, "0");
  horloge.textContent = `${maintenant.getHours()}\u00a0h\u00a0${minutes}`;
  horloge.dateTime = maintenant.toISOString();
  setTimeout(avancer, 60_000 - (maintenant.getTime() % 60_000));
}

if (horloge) avancer();
