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
 * @property {number} id stable over the frames of a connection; in a frame on its own counted from 1
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
 * @property {string} backend engine that runs the networks, such as wasm; server where they run there
 * @property {number} fps looks per second
 * @property {number} detect_ms
 * @property {number} classify_ms
 * @property {number} frames frames looked at since the start
 * @property {number} tensors tensors held by the engine; constant while it runs
 * @property {number | null} [round_trip_ms] from sending a frame to its answer, where the server looks
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
 * @property {number} id stable over the frames of a connection; in a frame on its own counted from 1
 * @property {([number, number])[]} landmarks as in Detection
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
 * What comes with the picture of a frame.
 * @typedef {object} FrameRequest
 * @property {number} time ms, growing from frame to frame
 * @property {boolean} [still] the frame on its own: nothing is followed or steadied, for those who do both themselves
 * @property {number | null} [side] longest side in pixels of what the detector sees; smaller is quicker and misses small faces
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
 * What a station counted in a few seconds: sums only, nothing about a single person.
 * @typedef {object} CountCell
 * @property {number} start ms since 1970 by the station's clock
 * @property {number} observed_ms how long the station was looking; what is missing is a gap, not a zero
 * @property {number} visits visits that ended in this time
 * @property {number} smiled of these, visits in which a smile was detected
 * @property {number} brightened of these, visits with a smile in their last third and none in their first
 * @property {number} dimmed of these, visits with a smile in their first third and none in their last
 * @property {number} dwell_ms how long these visits lasted, together
 * @property {(number)[]} dwell visits by how long they lasted, in the buckets of DWELL_S
 * @property {Record<string, number>} emotion_ms time in view by expression
 * @property {Record<string, number>} [gender] visits by perceived gender; only where the place asks for it
 */

/**
 * Cells on their way to the server; the same stream and sequence are counted once, however often they are sent.
 * @typedef {object} CountBatch
 * @property {string} stream drawn at random when the station's queue is made
 * @property {number} sequence number of the batch in its stream
 * @property {number} sent_at ms since 1970 by the station's clock, at sending
 * @property {(CountCell)[]} cells
 */

/**
 * A cell that was not counted.
 * @typedef {object} RefusedCell
 * @property {number} index place in the batch, from 0
 * @property {string} error
 * @property {string} detail
 */

/**
 * What became of a batch; once it is sent the counts are on disk.
 * @typedef {object} CountReceipt
 * @property {number} accepted cells counted now or, for a duplicate, none
 * @property {boolean} duplicate this stream and sequence had been received before
 * @property {(RefusedCell)[]} refused
 * @property {number} clock_error_ms how far the station's clock is ahead; cells were moved by it where it is over 2 s
 * @property {number} server_time ms since 1970
 */

/**
 * What a station is told about itself.
 * @typedef {object} StationSettings
 * @property {number} id
 * @property {string} name
 * @property {string} place
 * @property {boolean} gender whether perceived gender is counted here
 */

/**
 * Who is logged in.
 * @typedef {object} Session
 * @property {string} email
 * @property {string} role
 * @property {string} organisation
 * @property {boolean} confirmed stations may count: an owner has confirmed that people are told and neither staff nor pupils watched
 * @property {string} csrf to be sent as X-CSRF-Token with everything that changes something
 */

/**
 * A user as the owner sees it.
 * @typedef {object} UserInfo
 * @property {number} id
 * @property {string} email
 * @property {string} role
 */

/**
 * A token; the token itself is shown only when it is made.
 * @typedef {object} TokenInfo
 * @property {number} id
 * @property {string} name
 * @property {(string)[]} scopes
 * @property {string} hint how it begins
 * @property {string} made_by
 * @property {number} made_at
 * @property {number | null} expires_at
 * @property {number | null} used_at when it was used last, to five minutes
 */

/**
 * A token, told once.
 * @typedef {object} NewToken
 * @property {string} token
 * @property {TokenInfo} info
 */

/**
 * A station's key; the key itself is shown only when it is made.
 * @typedef {object} KeyInfo
 * @property {number} id
 * @property {string} hint how it begins
 * @property {number} made_at
 * @property {number | null} withdrawn_at
 */

/**
 * A station, and whether it is well.
 * @typedef {object} StationInfo
 * @property {number} id
 * @property {string} name
 * @property {number} place_id
 * @property {string} state live: heard of in the last 2 minutes; late: in the last 15; never: not yet
 * @property {number | null} seen_at s since 1970
 * @property {number | null} clock_error_ms
 * @property {(KeyInfo)[]} keys empty for who may not change them
 */

/**
 * A place with its stations.
 * @typedef {object} PlaceInfo
 * @property {string} name
 * @property {string} time_zone by its name in the time zone database, such as Europe/Berlin
 * @property {Record<string, ([string, string])[]>} [opening] spans of local time by weekday; none at all: always open. What lies outside is kept but not told
 * @property {boolean} [gender] count perceived gender here
 * @property {number} id
 * @property {(StationInfo)[]} stations
 */

/**
 * A key, told once.
 * @typedef {object} NewKey
 * @property {number} station_id
 * @property {string} key
 */

/**
 * Who did what, when.
 * @typedef {object} AuditEntry
 * @property {number} at
 * @property {string} who
 * @property {string} action
 * @property {string} subject
 */

/**
 * A message and what became of it.
 * @typedef {object} MessageInfo
 * @property {string} kind
 * @property {string} state
 * @property {string | null} error why the last try failed
 * @property {number} made_at
 * @property {number | null} sent_at
 */

/**
 * An alert, and how it is.
 * @typedef {object} AlertInfo
 * @property {number} place_id
 * @property {number | null} [station_id] null: all stations of the place together
 * @property {number} threshold satisfaction below which the alert begins
 * @property {number} minutes how long: whole quarters of an hour
 * @property {number} visits fewer visits in that time say nothing: the alert neither begins nor ends
 * @property {string | null} [email] who is told; or a url
 * @property {string | null} [url] which webhook is told; or an email
 * @property {string | null} [language] of the mails, such as de; null: as it was, at first who asks
 * @property {boolean} [paused]
 * @property {number} id
 * @property {boolean} begun
 * @property {number | null} changed_at since when; s since 1970
 * @property {MessageInfo | null} last its latest message
 */

/**
 * An alert that was made, with the secret of its webhook, told once.
 * @typedef {object} NewAlert
 * @property {AlertInfo} alert
 * @property {string | null} secret of the signature; null where a mail is sent
 */

/**
 * The new secret of a webhook, told once; the one before ends.
 * @typedef {object} NewSecret
 * @property {string} secret
 */

/**
 * A weekly report, and what became of its last mail.
 * @typedef {object} ReportInfo
 * @property {string} name
 * @property {string} [query] the filters, as in the dashboard's address; their period is left out
 * @property {(string)[]} emails
 * @property {string | null} [language] of the mails, such as de; null: as it was, at first who asks
 * @property {number} weekday from Monday, 0, by the clock of the first place
 * @property {number} hour
 * @property {boolean} [paused]
 * @property {number} id
 * @property {string} time_zone
 * @property {number} next_at when it is sent next; s since 1970
 * @property {MessageInfo | null} last
 */

/**
 * A number with its 95 % confidence interval.
 * @typedef {object} EstimateInfo
 * @property {number} value
 * @property {number} low
 * @property {number} high
 */

/**
 * The numbers of one period. Parts that rest on too few visits are left out.
 * @typedef {object} Figures
 * @property {number} visits
 * @property {EstimateInfo | null} satisfaction of 100 visits, those in which a smile was detected; Wilson's interval
 * @property {EstimateInfo | null} brightening of 100 visits, how many more left smiling than came smiling
 * @property {number | null} dwell_s mean length of a visit, in seconds
 * @property {(number)[]} dwell visits by how long they lasted, in the buckets of DWELL_S
 * @property {Record<string, number>} emotions share of the time in view by expression
 * @property {Record<string, number>} gender visits by perceived gender; empty where it is off
 * @property {number | null} observed share of opening hours that the stations were looking, up to yesterday
 */

/**
 * One step of the line over time.
 * @typedef {object} Step
 * @property {number} at its beginning on the places' own clock, as seconds since 1970 as if that clock were UTC
 * @property {number | null} visits null: no station was looking, or withheld
 * @property {EstimateInfo | null} satisfaction
 * @property {boolean} withheld some or all visits are left out because they are too few
 */

/**
 * One hour of the week.
 * @typedef {object} HeatCell
 * @property {number} weekday from Monday, 0
 * @property {number} hour
 * @property {number} visits
 * @property {EstimateInfo | null} satisfaction
 */

/**
 * One place among the others, or one station of a place.
 * @typedef {object} LeagueRow
 * @property {number} id
 * @property {string} name
 * @property {number} visits
 * @property {number} visits_before
 * @property {EstimateInfo | null} satisfaction
 * @property {EstimateInfo | null} change of satisfaction against the period before, with its interval
 */

/**
 * Everything that a dashboard shows of a period.
 * @typedef {object} Summary
 * @property {string} first
 * @property {string} last
 * @property {string} before_first
 * @property {string} before_last
 * @property {string} resolution
 * @property {number} fewest visits below which a number is withheld
 * @property {Figures} now
 * @property {Figures | null} before null: the stations were looking for less than half as long
 * @property {EstimateInfo | null} change of satisfaction
 * @property {(Step)[]} steps
 * @property {(HeatCell)[]} heat
 * @property {(LeagueRow)[]} league the places, best first
 * @property {(LeagueRow)[]} stations the stations of the only place that is asked about, best first; none of several places
 */

/**
 * A view of the dashboard to be kept.
 * @typedef {object} ViewWish
 * @property {string} name
 * @property {string} query the filters, as in the dashboard's address after the question mark
 */

/**
 * A view that is kept.
 * @typedef {object} ViewInfo
 * @property {string} name
 * @property {string} query the filters, as in the dashboard's address after the question mark
 * @property {number} id
 * @property {boolean} embedded other sites may show it
 */

/**
 * Where an embedded view is, told once.
 * @typedef {object} ViewLink
 * @property {string} path
 */

/**
 * What an embedded view shows.
 * @typedef {object} EmbeddedView
 * @property {string} name
 * @property {string} query
 * @property {(PlaceInfo)[]} places
 * @property {Summary} summary
 */

/**
 * A photo that the server keeps for a while.
 * @typedef {object} SharedPhoto
 * @property {string} url the page with the photo; who has it sees the photo
 * @property {string} qr_url the link as a QR code, an SVG
 * @property {string} delete_key who has it may remove the photo before its time
 * @property {string} delete_url the page with the key
 * @property {number} expires when the photo is removed, ms since 1970
 */

/**
 * An event that somebody begins.
 * @typedef {object} EventRequest
 * @property {string} name
 * @property {boolean} [slideshow] whether a second screen shows the photos shared at it
 */

/**
 * An event that has begun.
 * @typedef {object} OpenedEvent
 * @property {string} event who knows it may add photos
 * @property {string} booth_url opens the group photo for this event
 * @property {string | null} slideshow_url the page for the second screen
 * @property {number} expires ms since 1970
 */

/**
 * The photos of an event, the oldest first.
 * @typedef {object} SlideshowPhotos
 * @property {string} name
 * @property {(string)[]} urls
 */

/**
 * A camera that takes its seat in a room.
 * @typedef {object} RoomJoin
 * @property {string} code
 * @property {string} token secret of the seat, kept by the tab: a reload finds its seat again
 */

/**
 * What the host has written on the room's collage; a logo comes beside it.
 * @typedef {object} RoomFinish
 * @property {string} [frame]
 * @property {string} [title]
 * @property {boolean} [date]
 */

/**
 * How close the faces before one camera are: numbers only.
 * @typedef {object} RoomReport
 * @property {(number)[]} progress one per face, 1 while it smiles
 * @property {boolean} smiling somebody is there and all smile
 * @property {boolean} [watching] the last photo is still looked at, so these smiles are not for the next
 */

/**
 * A camera as the others see it.
 * @typedef {object} RoomSeat
 * @property {string} id
 * @property {string} name
 * @property {(number)[]} progress
 * @property {boolean} smiling
 * @property {boolean} watching
 * @property {boolean} required
 * @property {boolean} away
 * @property {boolean} host
 */

/**
 * A room as its members see it.
 * @typedef {object} RoomView
 * @property {string} code
 * @property {string} you id of the seat that asked
 * @property {string} state
 * @property {(RoomSeat)[]} seats
 * @property {number} shot number of the last photo, from 1
 * @property {number | null} due when all shoot, ms on the server's clock
 * @property {(string)[]} shooters seats that took part in the last photo
 * @property {boolean} resting the next smile is waited for, not the one that is still there from the last photo or countdown
 * @property {boolean} agreed all of them share their frames: now these may be sent
 * @property {number} time ms on the server's clock
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

export const SCOPES = /** @type {const} */ (["read:counts", "read:report", "read:alerts", "write:views", "write:alerts", "write:places"]);

/** Seconds at which one bucket of dwell time ends and the next begins. */
export const DWELL_S = /** @type {const} */ ([5, 15, 60, 300]);

export const PERCEIVED_GENDERS = /** @type {const} */ (["female", "male", "unknown"]);
