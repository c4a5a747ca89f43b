-- Whether the other services believe that this account may publish and propose: it may, unless its owner is below the least age, which
-- an operator may have raised since they joined.
ALTER TABLE accounts ADD COLUMN may_act boolean NOT NULL DEFAULT true;
