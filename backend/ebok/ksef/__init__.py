"""KSeF: the bytes of one FA(3) invoice become what e-BOK keeps of it, or a stated refusal."""
