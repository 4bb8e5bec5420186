// Generated from webapp/contract.py by `python -m webapp.contract`; do not edit.

/** @typedef {Record<string, number>} Scores probability by label */

/**
 * A rectangle in pixels of the frame; it may reach beyond its edge.
 * @typedef {object} Box
 * @property {number} x left edge
 * @property {number} y upper edge
 * @property {number} width
 * @property {number} height
 */

/**
 * A face found in one frame.
 * @typedef {object} Detection
 * @property {Box} box
 * @property {([number, number])[]} landmarks right eye, left eye, nose tip, right and left corner of the mouth, as the subject has them
 * @property {number} score how sure the detector is
 */

/**
 * A face followed from frame to frame.
 * @typedef {object} Track
 * @property {Box} box
 * @property {([number, number])[]} landmarks right eye, left eye, nose tip, right and left corner of the mouth, as the subject has them
 * @property {number} score how sure the detector is
 * @property {number} id number of the person before the camera, from 1; never used again
 * @property {boolean} visible found in this very frame
 * @property {number} first_seen ms
 * @property {number} last_seen ms
 */

/**
 * A face as a page shows it, steadied over time.
 * @typedef {object} Face
 * @property {Box} box
 * @property {number} score how sure the detector is
 * @property {string} emotion the most probable expression
 * @property {Record<string, number>} scores probability of each expression
 * @property {number} smile
 * @property {string} gender perceived gender; unknown where neither is sure
 * @property {Record<string, number>} gender_scores
 * @property {number} id stable over the frames of a connection
 * @property {([number, number])[]} landmarks as in Detection
 * @property {boolean} sure false: the page says unsure instead of the expression
 */

/**
 * One face as a part of its group.
 * @typedef {object} Person
 * @property {number} id
 * @property {number} progress how near the smile is to counting, 0 to 1; 1 when it does
 * @property {boolean} smiling
 * @property {string} where third of the group, as the unmirrored picture shows it
 * @property {boolean} background so much smaller than the largest face that it is left out
 */

/**
 * All faces before one camera, together.
 * @typedef {object} Group
 * @property {number} faces those in the background not counted
 * @property {number} smiling
 * @property {boolean} ready somebody is there and all have been smiling for a moment
 * @property {(Person)[]} people from left to right, those in the background last
 */

/**
 * How fast a page looks.
 * @typedef {object} Stats
 * @property {string} backend engine that runs the networks, such as wasm
 * @property {number} fps looks per second
 * @property {number} detect_ms
 * @property {number} classify_ms
 * @property {number} frames frames looked at since the start
 * @property {number} tensors tensors held by the engine; constant while it runs
 */

/**
 * A face in one picture.
 * @typedef {object} AnalyzedFace
 * @property {Box} box
 * @property {number} score how sure the detector is
 * @property {string} emotion the most probable expression
 * @property {Record<string, number>} scores probability of each expression
 * @property {number} smile
 * @property {string} gender perceived gender; unknown where neither is sure
 * @property {Record<string, number>} gender_scores
 */

/**
 * A face in one frame of a stream.
 * @typedef {object} SeenFace
 * @property {Box} box
 * @property {number} score how sure the detector is
 * @property {string} emotion the most probable expression
 * @property {Record<string, number>} scores probability of each expression
 * @property {number} smile
 * @property {string} gender perceived gender; unknown where neither is sure
 * @property {Record<string, number>} gender_scores
 * @property {number} id stable over the frames of a connection
 */

/**
 * What the server saw in one picture, faces from large to small.
 * @typedef {object} AnalyzeResponse
 * @property {number} width pixels, after the picture was turned upright
 * @property {number} height
 * @property {(AnalyzedFace)[]} faces
 * @property {number} elapsed_ms
 */

/**
 * What the server saw in one frame of a stream, faces from large to small.
 * @typedef {object} FrameResponse
 * @property {number} width
 * @property {number} height
 * @property {(SeenFace)[]} faces
 * @property {number} elapsed_ms
 */

/**
 * Why a request was refused and what to do.
 * @typedef {object} Problem
 * @property {string} error a stable word for programs
 * @property {string} detail a sentence for people
 * @property {number | null} [retry_ms] when to try again, where that helps
 */

/**
 * How pixels reach a network.
 * @typedef {object} ManifestInput
 * @property {number} width
 * @property {number} height
 * @property {number} channels
 * @property {string} color
 * @property {number} scale network input = pixel (0 to 255) * scale + offset
 * @property {number} offset
 * @property {number} crop_scale side of the crop over the larger side of the face's box
 * @property {number} [crop_shift] how far the crop's centre lies below the box's, as a share of the crop's side
 */

/**
 * The part of static/models/<name>/manifest.json that every network has.
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} task
 * @property {string} architecture
 * @property {(string)[]} labels
 * @property {ManifestInput} input
 * @property {string} output
 * @property {number} parameters
 * @property {Record<string, string>} sha256
 * @property {Record<string, any>} metrics
 * @property {string} source
 * @property {string} licence
 */

export const EMOTIONS = /** @type {const} */ (["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]);

export const PERCEIVED_GENDERS = /** @type {const} */ (["female", "male", "unknown"]);
