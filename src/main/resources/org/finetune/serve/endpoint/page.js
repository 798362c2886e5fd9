'use strict';

const TOP = 5;
const DOUBTS = {
    probability: 'Unknown: no class is probable enough.',
    unlike_training: 'Unknown: the photo is unlike the training photos.',
};
const element = id => document.getElementById(id);
let camera = null;
let newest = 0;
let photoUrl = '';

function say(text, wrong = false) {
    element('message').textContent = text;
    element('message').classList.toggle('wrong', wrong);
}

function headers() {
    const token = element('token').value.trim();
    return token ? { Authorization: `Bearer ${token}` } : {};
}

async function ask(path, options = {}) {
    const response = await fetch(path, { ...options, headers: { ...headers(), ...options.headers } });
    const answer = await response.json();
    if (response.status === 401) {
        element('token-entry').hidden = false;
        element('token').focus();
    }
    if (!response.ok) {
        throw new Error(answer.error);
    }
    return answer;
}

async function listModels() {
    const { models } = await ask('v2');
    element('model').replaceChildren(...models.map(name => new Option(name, name)));
    element('model-choice').hidden = models.length < 2;
    document.title = models.length === 1 ? `${models[0]} – finetune` : 'finetune';
}

function row({ label, score }) {
    const tr = document.createElement('tr');
    const name = document.createElement('th');
    name.scope = 'row';
    const text = document.createElement('bdi');
    text.textContent = label;
    name.append(text);
    const bar = document.createElement('td');
    const meter = document.createElement('meter');
    meter.value = score;
    bar.append(meter);
    const figure = document.createElement('td');
    figure.className = 'figure';
    figure.textContent = `${(100 * score).toFixed(1)}%`;
    tr.append(name, bar, figure);
    return tr;
}

function show(photo, classes) {
    URL.revokeObjectURL(photoUrl);
    photoUrl = URL.createObjectURL(photo);
    element('photo').src = photoUrl;
    element('map').src = `data:image/png;base64,${classes[0].map}`;
    element('map-label').textContent = classes[0].label;
    element('classes').replaceChildren(...classes.map(row));
    element('result').hidden = false;
}

async function classify(photo) {
    const turn = ++newest;
    say('Classifying…');
    const query = new URLSearchParams({ top: TOP, explain: true });
    if (element('model').value) {
        query.set('model', element('model').value);
    }
    try {
        const type = photo.type.startsWith('image/') ? photo.type : 'application/octet-stream';
        const classes = await ask(`predict?${query}`, { method: 'POST', body: photo, headers: { 'Content-Type': type } });
        if (turn === newest) {
            show(photo, classes);
            say(DOUBTS[classes[0].doubt] ?? '');
        }
    } catch (failure) {
        if (turn === newest) {
            element('result').hidden = true;
            say(failure instanceof TypeError ? 'The server does not answer.' : failure.message, true);
        }
    }
}

function choose(files) {
    if (files.length > 0) {
        classify(files[0]);
    }
}

function closeCamera() {
    camera?.getTracks().forEach(track => track.stop());
    camera = null;
    element('viewfinder').hidden = true;
}

async function openCamera() {
    try {
        camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
        element('video').srcObject = camera;
        element('viewfinder').hidden = false;
    } catch {
        say('The camera cannot be used here. Browsers allow it on localhost and over HTTPS, if you agree.', true);
    }
}

function shoot() {
    const video = element('video');
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d').drawImage(video, 0, 0);
    closeCamera();
    canvas.toBlob(classify, 'image/jpeg', 0.95);
}

element('file').addEventListener('change', event => {
    choose(event.target.files);
    event.target.value = '';
});
element('camera').addEventListener('click', openCamera);
element('cancel').addEventListener('click', closeCamera);
element('shoot').addEventListener('click', shoot);
element('token').addEventListener('change', () => listModels().then(() => say(''), failure => say(failure.message, true)));
element('token-entry').addEventListener('submit', event => event.preventDefault());
document.addEventListener('paste', event => choose(event.clipboardData.files));
for (const type of ['dragover', 'drop', 'dragleave']) {
    document.addEventListener(type, event => {
        event.preventDefault();
        element('drop').classList.toggle('over', type === 'dragover');
        if (type === 'drop') {
            choose(event.dataTransfer.files);
        }
    });
}
listModels().catch(failure => say(failure.message, true));
