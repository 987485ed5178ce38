; Rules of the household games. You stand at a spot of one room; furniture
; stands at spots and holds things; you carry one thing at a time.
(define (domain household)
  (:requirements :strips :typing :equality :negative-preconditions
                 :disjunctive-preconditions :existential-preconditions)

  (:types room spot furniture thing class kind)

  (:predicates
    ; the room, which never changes
    (kitchen ?r - room) (bedroom ?r - room) (bathroom ?r - room)
    (lounge ?r - room) (office ?r - room) (laundry ?r - room)
    (stands ?f - furniture ?s - spot)
    (of_class ?f - furniture ?c - class)
    (has_door ?f - furniture)
    (hollow ?f - furniture)               ; things go in it, not on it
    (has_water ?f - furniture)
    (gets_hot ?f - furniture)
    (gets_cold ?f - furniture)

    ; what things are
    (of_kind ?t - thing ?k - kind)
    (fits ?k - kind ?c - class)
    (portable ?t - thing)
    (washable ?t - thing) (heatable ?t - thing) (coolable ?t - thing)
    (sliceable ?t - thing) (sharp ?t - thing) (lamp ?t - thing)

    ; what changes
    (here ?s - spot)
    (ajar ?f - furniture)
    (rests ?t - thing ?f - furniture)
    (carrying ?t - thing)
    (empty_handed)
    (washed ?t - thing) (hot ?t - thing) (cold ?t - thing)
    (sliced ?t - thing) (lit ?t - thing)

    ; left behind by commands that only tell something
    (surveyed ?s - spot) (inspected ?f - furniture) (handled ?t - thing)
    (pockets_known) (help_given))

  (:action look
    :parameters (?s - spot)
    :precondition (here ?s)
    :effect (surveyed ?s))

  (:action inventory
    :parameters ()
    :precondition ()
    :effect (pockets_known))

  (:action help
    :parameters ()
    :precondition ()
    :effect (help_given))

  (:action walk
    :parameters (?f - furniture ?s ?from - spot)
    :precondition (and (here ?from) (stands ?f ?s) (not (= ?s ?from)))
    :effect (and (here ?s) (not (here ?from))))

  (:action open
    :parameters (?f - furniture ?s - spot)
    :precondition (and (here ?s) (stands ?f ?s) (has_door ?f) (not (ajar ?f)))
    :effect (ajar ?f))

  (:action close
    :parameters (?f - furniture ?s - spot)
    :precondition (and (here ?s) (stands ?f ?s) (has_door ?f) (ajar ?f))
    :effect (not (ajar ?f)))

  (:action inspect
    :parameters (?f - furniture ?s - spot)
    :precondition (and (here ?s) (stands ?f ?s))
    :effect (inspected ?f))

  (:action handle
    :parameters (?t - thing)
    :precondition (carrying ?t)
    :effect (handled ?t))

  (:action take
    :parameters (?t - thing ?f - furniture ?s - spot)
    :precondition (and (here ?s) (stands ?f ?s) (rests ?t ?f)
                       (portable ?t) (empty_handed)
                       (or (not (has_door ?f)) (ajar ?f)))
    :effect (and (carrying ?t) (not (empty_handed)) (not (rests ?t ?f))))

  (:action put
    :parameters (?t - thing ?f - furniture ?s - spot ?k - kind ?c - class)
    :precondition (and (carrying ?t) (here ?s) (stands ?f ?s)
                       (of_kind ?t ?k) (of_class ?f ?c) (fits ?k ?c)
                       (or (not (has_door ?f)) (ajar ?f)))
    :effect (and (rests ?t ?f) (empty_handed) (not (carrying ?t))))

  (:action clean
    :parameters (?t - thing ?f - furniture ?s - spot)
    :precondition (and (carrying ?t) (washable ?t)
                       (here ?s) (stands ?f ?s) (has_water ?f))
    :effect (washed ?t))

  (:action heat
    :parameters (?t - thing ?f - furniture ?s - spot)
    :precondition (and (carrying ?t) (heatable ?t)
                       (here ?s) (stands ?f ?s) (gets_hot ?f))
    :effect (and (hot ?t) (not (cold ?t))))

  (:action cool
    :parameters (?t - thing ?f - furniture ?s - spot)
    :precondition (and (carrying ?t) (coolable ?t)
                       (here ?s) (stands ?f ?s) (gets_cold ?f))
    :effect (and (cold ?t) (not (hot ?t))))

  (:action slice
    :parameters (?t ?with - thing ?f - furniture ?s - spot)
    :precondition (and (sliceable ?t) (not (sliced ?t))
                       (carrying ?with) (sharp ?with)
                       (here ?s) (stands ?f ?s) (rests ?t ?f)
                       (or (not (has_door ?f)) (ajar ?f)))
    :effect (sliced ?t))

  (:action switch_on
    :parameters (?t - thing ?f - furniture ?s - spot)
    :precondition (and (lamp ?t) (not (lit ?t))
                       (here ?s) (stands ?f ?s) (rests ?t ?f))
    :effect (lit ?t))

  (:action switch_off
    :parameters (?t - thing ?f - furniture ?s - spot)
    :precondition (and (lamp ?t) (lit ?t)
                       (here ?s) (stands ?f ?s) (rests ?t ?f))
    :effect (not (lit ?t)))
)
